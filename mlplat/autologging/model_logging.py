"""The trained model. In: a native model and the data it was trained with. Out: a logged model of the training's run."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Dict, Optional, Sequence

from mlplat.autologging.reporting import report
from mlplat.autologging.training import Training, inside
from mlplat.exceptions import INVALID, MlplatException

EXAMPLE_ROWS = 5
NAME = "model"


def begin_model(training: Training) -> None:
    """Begin the logged model, with the parameters so far, so that the metrics of the training are its own."""
    if training.options["log_models"]:
        training.model_id = training.attempt("beginning the model", _begin, training)
        training.awaits_model = training.model_id is not None


def _begin(training: Training) -> str:
    from mlplat.models.recording import begin

    return begin(NAME, training.run_id, training.logged_params)


def log_model(
    training: Training,
    model: Any,
    features: Any = None,
    targets: Any = None,
    *,
    example: Any = None,
    name: str = NAME,
    predict: Optional[Callable[[Any], Any]] = None,
    options: Sequence[Dict[str, Any]] = ({},),
) -> Any:
    """Keep a model, with what the training's options ask for, and return what `log_model` returned, or None.

    Args:
        features, targets: the training data: it gives signature, example and summary.
        example: a few rows of it, where the data itself cannot be taken apart.
        predict: what the signature's outputs come from; the model's own `predict` unless given.
        options: the flavor's own, for its `log_model`; the next ones count where a model cannot be written with these.
    """
    if not training.options["log_models"]:
        return None
    info = training.attempt(
        "logging the model", inside, _log, training, model, name, options, features, targets, example, predict
    )
    if info is not None and name == NAME:
        training.model_id, training.awaits_model = info.model_id, False
    return info


def _log(
    training: Training,
    model: Any,
    name: str,
    options: Sequence[Dict[str, Any]],
    features: Any,
    targets: Any,
    example: Any,
    predict: Optional[Callable[[Any], Any]],
) -> Any:
    given = _described(training, model, features, targets, example, predict)
    given["registered_model_name"] = training.options["registered_model_name"] if name == NAME else None
    given["params"] = training.logged_params
    if name == NAME and training.awaits_model:
        given["model_id"] = training.model_id
    flavor = import_module(f"mlplat.{training.name}")
    for number, each in enumerate(options):
        try:
            return flavor.log_model(model, name=name, **given, **each)
        except MlplatException as error:
            if error.error_code != INVALID or number == len(options) - 1:
                raise
            report(training.name, f"the model is kept in another form than usual: {error.message}")
    return None


def _described(
    training: Training,
    model: Any,
    features: Any,
    targets: Any,
    example: Any,
    predict: Optional[Callable[[Any], Any]],
) -> Dict[str, Any]:
    """Return signature, example and data for `log_model`, as the training's options ask for them."""
    given: Dict[str, Any] = {"signature": False}
    if example is None:
        example = training.attempt("taking an example", first_rows, features)
    answers = predict or getattr(model, "predict", None)
    if example is not None:
        if training.options["log_model_signatures"] and answers is not None:
            given["signature"] = training.attempt("the model's signature", _signature, example, answers)
        if training.options["log_input_examples"]:
            given["input_example"] = example
    if features is not None:
        given["training_data"] = features if targets is None else (features, targets)
    return given


def first_rows(features: Any) -> Any:
    """Return a few rows of a data frame, an array or a list; None of what has none."""
    if features is None or hasattr(features, "tocsr"):
        return None
    if hasattr(features, "iloc"):
        return features.iloc[:EXAMPLE_ROWS]
    try:
        return features[:EXAMPLE_ROWS]
    except (TypeError, KeyError, IndexError):
        return None


def _signature(example: Any, predict: Callable[[Any], Any]) -> Any:
    from mlplat.models.signature import infer_signature

    return infer_signature(example, predict(example))

"""The trained model. In: a native model and the data it was trained with. Out: a logged model of the training's run."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Dict, Optional

from mlplat.autologging.training import Training, inside

EXAMPLE_ROWS = 5
NAME = "model"


def log_model(
    training: Training,
    model: Any,
    features: Any = None,
    targets: Any = None,
    *,
    name: str = NAME,
    predict: Optional[Callable[[Any], Any]] = None,
    options: Optional[Dict[str, Any]] = None,
) -> Any:
    """Keep a model, with what the training's options ask for, and return what `log_model` returned, or None.

    Args:
        features, targets: the training data: it gives signature, example and summary.
        predict: what the signature's outputs come from; the model's own `predict` unless given.
        options: the flavor's own, for its `log_model`.
    """
    if not training.options["log_models"]:
        return None
    answers = predict or getattr(model, "predict", None)

    def log() -> Any:
        example = _first_rows(features)
        given: Dict[str, Any] = dict(options or {})
        if training.options["log_model_signatures"] and example is not None and answers is not None:
            given["signature"] = training.attempt("the model's signature", _signature, example, answers)
        if training.options["log_input_examples"] and example is not None:
            given["input_example"] = example
        if features is not None:
            given["training_data"] = features if targets is None else (features, targets)
        flavor = import_module(f"mlplat.{training.name}")
        return flavor.log_model(
            model, name=name, registered_model_name=training.options["registered_model_name"], **given
        )

    info = training.attempt("logging the model", inside, log)
    if info is not None and name == NAME:
        training.model_id = info.model_id
    return info


def _first_rows(features: Any) -> Any:
    if features is None or hasattr(features, "tocsr"):
        return None
    if hasattr(features, "iloc"):
        return features.iloc[:EXAMPLE_ROWS]
    try:
        return features[:EXAMPLE_ROWS]
    except (TypeError, KeyError, IndexError):
        return None


def _signature(example: Any, predict: Callable[[Any], Any]) -> Any:
    from mlplat.models import infer_signature

    return infer_signature(example, predict(example))

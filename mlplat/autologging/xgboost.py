"""Trainings of XGBoost that record themselves. In: `autolog`. Out: its `train` and its estimators' `fit` watched."""

from __future__ import annotations

import weakref
from functools import partial, wraps
from typing import Any, Callable, Dict, List, Optional, Tuple

from mlplat.autologging.boosting import Rounds, metric_key
from mlplat.autologging.datasets import described
from mlplat.autologging.frameworks import Framework, enable
from mlplat.autologging.memory import Memory
from mlplat.autologging.model_logging import first_rows, log_model
from mlplat.autologging.patching import patch
from mlplat.autologging.reporting import attempt
from mlplat.autologging.sklearn.post_training import remember
from mlplat.autologging.training import Arguments, Observer, Training, observed, part_of

NAME = "xgboost"
UNLOGGED = ("dtrain", "evals", "obj", "evals_result", "xgb_model", "callbacks", "feval", "learning_rates")
OWN: Dict[str, Any] = {"importance_types": None, "model_format": "ubj"}

_sources = Memory()
"""What each DMatrix was made of: its first rows, and the whole while that lives."""


def autolog(
    importance_types: Optional[List[str]] = None,
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    registered_model_name: Optional[str] = None,
    model_format: str = "ubj",
    extra_tags: Optional[Dict[str, str]] = None,
) -> None:
    """Record every training of XGBoost: parameters, metrics of each round, feature importance, data and model.

    Args:
        importance_types: such as "gain"; ["weight"] unless given.
        log_input_examples: keep a few rows of the training data with the model.
        log_model_signatures: say in the model what it takes and gives.
        log_models: keep the trained model. log_datasets: record name and digest of the data.
        disable: stop recording instead. exclusive: leave runs alone that the script started itself.
        disable_for_unsupported_versions: leave versions of XGBoost alone that this was not tested with.
        silent: no warnings. registered_model_name: register every model under this name.
        model_format: "ubj" or "json". extra_tags: of runs that a training starts.
    """
    enable(NAME, dict(locals()))


class Boosting(Rounds):
    """Watches the rounds of `xgboost.train`."""

    def __init__(self, training: Training) -> None:
        import xgboost

        super().__init__(training, xgboost.train, UNLOGGED)
        self.matrix: Any = None

    def data(self, given: Dict[str, Any]) -> None:
        """Record the matrix to train on, and those to look at."""
        self.matrix = given["dtrain"]
        self.training.dataset(lambda: _described(self.matrix, None), "train")
        for matrix, name in given.get("evals") or ():
            self.training.dataset(partial(_described, matrix, name), "eval")

    def callback(self) -> Any:
        """Return a callback that sees every round's metrics."""
        import xgboost

        rounds = self

        class Recorder(xgboost.callback.TrainingCallback):  # type: ignore[misc]  # the framework has no types here
            def after_iteration(self, model: Any, epoch: int, evals_log: Dict[str, Dict[str, List[Any]]]) -> bool:
                values = {
                    metric_key(data, metric): _last(points)
                    for data, metrics in evals_log.items()
                    for metric, points in metrics.items()
                }
                rounds.training.attempt("recording a round", rounds.round_ended, epoch, values)
                return False

        return Recorder()

    def after(self, result: Any) -> None:
        """Record the best round and the importance of features."""
        best = getattr(result, "best_iteration", None)
        if best is not None:
            self.record_best(int(best), 0)
        for kind in self.training.options["importance_types"] or ["weight"]:
            importance = self.training.attempt(f"importance {kind}", _importance, result, kind)
            if importance is not None:
                self.record_importance(kind, importance)


class Train(Boosting):
    """Watches a call of `xgboost.train` by the script itself."""

    def after(self, result: Any) -> None:
        """Record the booster too."""
        super().after(result)
        example = _example(self.matrix)
        log_model(self.training, result, example, predict=lambda rows: _predicted(result, rows), options=_form(self))


class Fit(Observer):
    """Watches the `fit` of an estimator; what its `train` shows is recorded by `Boosting`."""

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """Look at what is fitted, and to what."""
        self.estimator = args[0]
        self.features = args[1] if len(args) > 1 else kwargs.get("X")
        return args, kwargs

    def after(self, result: Any) -> None:
        """Record the estimator."""
        log_model(self.training, self.estimator, self.features, options=_form(self))
        remember(self.estimator, self.training)


def _form(observer: Observer) -> List[Dict[str, Any]]:
    return [{"model_format": observer.training.options["model_format"]}]


def _last(points: List[Any]) -> float:
    value = points[-1]
    return float(value[0] if isinstance(value, tuple) else value)


def _importance(booster: Any, kind: str) -> Dict[str, Any]:
    """Return every feature's importance, 0 of those that no tree asks for."""
    found = booster.get_score(importance_type=kind)
    return {**dict.fromkeys(booster.feature_names or (), 0.0), **found}


def _described(matrix: Any, name: Optional[str]) -> Any:
    source = _sources.of(matrix)
    whole = source[1]() if source is not None else None
    return described(matrix.get_data() if whole is None else whole, matrix.get_label(), name)


def _example(matrix: Any) -> Any:
    source = _sources.of(matrix)
    return source[0] if source is not None else None


def _predicted(booster: Any, rows: Any) -> Any:
    import xgboost

    return booster.predict(xgboost.DMatrix(rows))


def _remembering(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the making of a matrix, so that it is known what it was made of: it keeps 32-bit numbers only."""

    @wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        attempt(NAME, "remembering the data", _remember_source, self, args[0] if args else kwargs.get("data"))

    return call


def _remember_source(matrix: Any, data: Any) -> None:
    rows = first_rows(data)
    if rows is not None:
        try:
            whole: Any = weakref.ref(data)
        except TypeError:
            return
        _sources.keep(matrix, (rows.copy(), whole))


def _install() -> None:
    import xgboost
    import xgboost.sklearn

    for matrix in (xgboost.DMatrix, xgboost.QuantileDMatrix):
        patch(NAME, matrix, "__init__", _remembering)
    patch(NAME, xgboost.sklearn, "train", part_of(NAME, Boosting))
    patch(NAME, xgboost, "train", observed(NAME, Train))
    for estimator in vars(xgboost.sklearn).values():
        if isinstance(estimator, type) and issubclass(estimator, xgboost.sklearn.XGBModel) and "fit" in vars(estimator):
            patch(NAME, estimator, "fit", observed(NAME, Fit))


FRAMEWORK = Framework(NAME, NAME, _install, ("1.7", "4.0"), OWN)

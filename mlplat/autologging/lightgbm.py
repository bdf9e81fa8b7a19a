"""Trainings of LightGBM that record themselves. In: `autolog`. Out: its `train` and its estimators' `fit` watched."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Optional, Tuple

from mlplat.autologging.boosting import Rounds, metric_key
from mlplat.autologging.datasets import described
from mlplat.autologging.frameworks import Framework, enable
from mlplat.autologging.model_logging import first_rows, log_model
from mlplat.autologging.patching import patch
from mlplat.autologging.sklearn.post_training import remember
from mlplat.autologging.training import Arguments, Observer, Training, observed, part_of

NAME = "lightgbm"
UNLOGGED = (
    "train_set",
    "valid_sets",
    "valid_names",
    "fobj",
    "feval",
    "init_model",
    "feature_name",
    "categorical_feature",
    "evals_result",
    "learning_rates",
    "callbacks",
)
IMPORTANCES = ("split", "gain")


def autolog(
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    registered_model_name: Optional[str] = None,
    extra_tags: Optional[Dict[str, str]] = None,
) -> None:
    """Record every training of LightGBM: parameters, metrics of each round, feature importance, data and model.

    Args:
        log_input_examples: keep a few rows of the training data with the model.
        log_model_signatures: say in the model what it takes and gives.
        log_models: keep the trained model. log_datasets: record name and digest of the data.
        disable: stop recording instead. exclusive: leave runs alone that the script started itself.
        disable_for_unsupported_versions: leave versions of LightGBM alone that this was not tested with.
        silent: no warnings. registered_model_name: register every model under this name.
        extra_tags: of runs that a training starts.
    """
    enable(NAME, dict(locals()))


class Boosting(Rounds):
    """Watches the rounds of `lightgbm.train`."""

    def __init__(self, training: Training) -> None:
        import lightgbm

        super().__init__(training, lightgbm.train, UNLOGGED)
        self.example: Any = None

    def data(self, given: Dict[str, Any]) -> None:
        """Record the data to train on, and those to look at; LightGBM forgets them in the training."""
        data = given["train_set"]
        self.example = first_rows(data.data)
        self.training.dataset(lambda: described(data.data, data.label), "train")
        sets = given.get("valid_sets") or ()
        sets = sets if isinstance(sets, (list, tuple)) else [sets]
        names: List[Any] = list(given.get("valid_names") or ())
        for number, each in enumerate(sets):
            name = names[number] if number < len(names) else None
            self.training.dataset(partial(described, each.data, each.label, name), "eval")

    def callback(self) -> Any:
        """Return a callback that sees every round's metrics."""

        def record(env: Any) -> None:
            values = {metric_key(found[0], found[1]): float(found[2]) for found in env.evaluation_result_list or ()}
            self.training.attempt("recording a round", self.round_ended, env.iteration, values)

        return record

    def after(self, result: Any) -> None:
        """Record the best round and the importance of features."""
        self.record_best(result.best_iteration, 1)
        for kind in IMPORTANCES:
            values = result.feature_importance(importance_type=kind).tolist()
            self.record_importance(kind, dict(zip(result.feature_name(), values)))


class Train(Boosting):
    """Watches a call of `lightgbm.train` by the script itself."""

    def after(self, result: Any) -> None:
        """Record the booster too."""
        super().after(result)
        log_model(self.training, result, self.example)


class Fit(Observer):
    """Watches the `fit` of an estimator; what its `train` shows is recorded by `Boosting`."""

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """Look at what is fitted, and to what."""
        self.estimator = args[0]
        self.features = args[1] if len(args) > 1 else kwargs.get("X")
        return args, kwargs

    def after(self, result: Any) -> None:
        """Record the estimator."""
        log_model(self.training, self.estimator, self.features)
        remember(self.estimator, self.training)


def _install() -> None:
    import lightgbm
    import lightgbm.sklearn

    patch(NAME, lightgbm.sklearn, "train", part_of(NAME, Boosting))
    patch(NAME, lightgbm, "train", observed(NAME, Train))
    for estimator in vars(lightgbm.sklearn).values():
        if isinstance(estimator, type) and estimator.__name__.startswith("LGBM") and "fit" in vars(estimator):
            patch(NAME, estimator, "fit", observed(NAME, Fit))


FRAMEWORK = Framework(NAME, NAME, _install, ("3.3", "5.0"), {})

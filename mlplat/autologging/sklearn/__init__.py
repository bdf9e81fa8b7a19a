"""Trainings of scikit-learn that record themselves. In: `autolog`. Out: its estimators' and metrics' functions watched.

`fitting` records one fit, `scores` what it reached on its own data, `search` what a parameter search tried, and
`post_training` what is measured later.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.autologging.frameworks import Framework, enable
from mlplat.autologging.patching import patch, replace
from mlplat.autologging.sklearn.fitting import Fit
from mlplat.autologging.sklearn.post_training import measured, predicting, scoring
from mlplat.autologging.training import observed, worker

NAME = "sklearn"
PREPARATION = (
    "sklearn.compose._column_transformer",
    "sklearn.feature_extraction",
    "sklearn.feature_selection",
    "sklearn.impute",
    "sklearn.preprocessing",
)
"""Modules whose estimators prepare data: fitting them alone is no training."""
OWN: Dict[str, Any] = {
    "max_tuning_runs": 5,
    "log_post_training_metrics": True,
    "serialization_format": None,
    "pos_label": None,
}


def autolog(
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    max_tuning_runs: Optional[int] = 5,
    log_post_training_metrics: bool = True,
    serialization_format: Optional[str] = None,
    registered_model_name: Optional[str] = None,
    pos_label: Any = None,
    extra_tags: Optional[Dict[str, str]] = None,
) -> None:
    """Record every fit of an estimator of scikit-learn: parameters, scores on the training data, data and model.

    What a pipeline or a search fits inside is part of it; a search gets child runs.

    Args:
        log_input_examples: keep a few rows of the training data with the model.
        log_model_signatures: say in the model what it takes and gives.
        log_models: keep the fitted estimator. log_datasets: record name and digest of the data.
        disable: stop recording instead. exclusive: leave runs alone that the script started itself.
        disable_for_unsupported_versions: leave versions of scikit-learn alone that this was not tested with.
        silent: no warnings. max_tuning_runs: child runs of a search, the best ones; None for all.
        log_post_training_metrics: record later calls of `score` and `sklearn.metrics` too.
        serialization_format: as in `mlplat.sklearn.log_model`; the safe one unless given.
        registered_model_name: register every model under this name.
        pos_label: the class that precision, recall and F1 are of, where there are two.
        extra_tags: of runs that a fit starts.
    """
    enable(NAME, dict(locals()))


def _install() -> None:
    import sklearn.base
    import sklearn.metrics
    import sklearn.utils.parallel

    base = sklearn.base.BaseEstimator
    for estimator in _below(base):
        _watch(estimator)
    replace(NAME, base, "__init_subclass__", lambda: _watching_later(base))
    if hasattr(sklearn.utils.parallel, "_FuncWrapper"):
        patch(NAME, sklearn.utils.parallel._FuncWrapper, "__call__", worker)
    for name in _metric_names(sklearn.metrics):
        patch(NAME, sklearn.metrics, name, measured)


def _below(kind: Any) -> List[Any]:
    """Return the classes below one, each once."""
    found: Dict[Any, None] = {}
    pending = list(kind.__subclasses__())
    while pending:
        each = pending.pop()
        if each not in found:
            found[each] = None
            pending += each.__subclasses__()
    return list(found)


def _watch(estimator: Any) -> None:
    """Watch the methods of an estimator that scikit-learn itself defines, each in the class that it is from."""
    if not estimator.__module__.startswith("sklearn."):
        return
    for owner in estimator.__mro__:
        if owner.__module__.startswith("sklearn."):
            for name, wrapper in _WATCHED.items():
                if name in vars(owner):
                    patch(NAME, owner, name, wrapper)


def _is_trained(estimator: Any) -> bool:
    """Tell whether fitting an estimator is more than preparing data, as MLflow draws the line."""
    return not type(estimator).__module__.startswith(PREPARATION)


_WATCHED = {
    **dict.fromkeys(("fit", "fit_predict", "fit_transform"), observed(NAME, Fit, _is_trained)),
    **dict.fromkeys(("predict", "predict_proba", "predict_log_proba", "transform"), predicting),
    "score": scoring,
}


def _watching_later(base: Any) -> Any:
    """Watch estimators that are defined later, as their modules are imported."""
    own = vars(base).get("__init_subclass__")

    def watching(cls: Any, /, **given: Any) -> None:
        (super(base, cls).__init_subclass__ if own is None else own.__get__(None, cls))(**given)
        _watch(cls)

    return classmethod(watching)


def _metric_names(module: Any) -> List[str]:
    """Return the functions of `sklearn.metrics` that say one number of two arrays."""
    endings = ("_score", "_error", "_loss", "_deviance")
    return [name for name in module.__all__ if name.endswith(endings) and callable(getattr(module, name))]


FRAMEWORK = Framework(NAME, NAME, _install, ("1.0", "2.0"), OWN)

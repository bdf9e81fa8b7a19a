"""One fit of an estimator. In: its call. Out: parameters, scores, data, pictures and the model in the run."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Optional, Tuple

from mlplat.autologging.datasets import described
from mlplat.autologging.sklearn.keeping import FitData, keep_estimator
from mlplat.autologging.sklearn.post_training import remember
from mlplat.autologging.sklearn.scores import training_scores
from mlplat.autologging.sklearn.search import best_of, record_search
from mlplat.autologging.training import Arguments, Observer, Training


class Fit(Observer):
    """Watches a `fit`, `fit_predict` or `fit_transform`."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self.estimator: Any = None
        self.data = FitData(None, None, None)
        self.dataset: Any = None

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """Record what is known without the fit, so that a failed one has it too."""
        self.estimator = args[0]
        training = self.training
        kind = type(self.estimator)
        training.tags({"estimator_name": kind.__name__, "estimator_class": f"{kind.__module__}.{kind.__name__}"})
        training.params(parameters(self.estimator))
        self.data = training.attempt("finding the data", fit_data, self.estimator, args[1:], kwargs) or self.data
        if self.data.features is not None:
            self.dataset = training.dataset(lambda: described(self.data.features, self.data.targets), "train")
        return args, kwargs

    def after(self, result: Any) -> None:
        """Record what the fit came to: model first, so that the scores are the model's too."""
        training, estimator = self.training, self.estimator
        best = best_of(estimator)
        if best is not None:
            training.params({f"best_{name}": value for name, value in estimator.best_params_.items()})
        keep_estimator(training, estimator, self.data)
        remember(estimator, training)
        if self.data.targets is not None:
            scores = training.attempt("measuring the fit", training_scores, estimator, self.data, training) or {}
            training.metrics(scores, dataset=self.dataset)
        training.text("estimator.html", lambda: _page(estimator))
        if best is not None:
            training.attempt("recording the search", record_search, training, estimator, self.data, self.dataset)


def parameters(estimator: Any) -> Dict[str, Any]:
    """Return an estimator's parameters and those of the estimators in it; a search's are only its own."""
    found: Dict[str, Any] = estimator.get_params(deep=not hasattr(estimator, "cv"))
    return found


def fit_data(estimator: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> FitData:
    """Return the data of a call of `fit`, by the names that scikit-learn gives its arguments."""
    names = [name for name in inspect.signature(estimator.fit).parameters if name not in ("args", "kwargs")]
    given = {**dict(zip(names, args)), **kwargs}
    features = given.get("X", args[0] if args else None)
    targets = next((given[name] for name in ("y", "Y") if given.get(name) is not None), None)
    return FitData(features, targets, given.get("sample_weight"))


def _page(estimator: Any) -> str:
    from sklearn.utils import estimator_html_repr

    page: Optional[str] = estimator_html_repr(estimator)
    return page or ""

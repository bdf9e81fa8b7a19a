"""What frameworks for boosted trees have in common. In: a call of `train`, its rounds. Out: metrics and charts."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, Sequence, Tuple

from mlplat.autologging.model_logging import begin_model
from mlplat.autologging.training import Arguments, Observer, Training
from mlplat.charts import bar_chart


class Rounds(Observer):
    """Watches one training, round by round; a framework says where it finds what.

    Args:
        function: the framework's `train`, whose arguments are told apart by their names.
        unlogged: names of its arguments that are no parameters.
    """

    def __init__(self, training: Training, function: Callable[..., Any], unlogged: Sequence[str]) -> None:
        super().__init__(training)
        self._signature = inspect.signature(function)
        self._unlogged = unlogged
        self.history: List[Dict[str, float]] = []

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """Record parameters and data, begin the model, and add a callback."""
        bound = self._signature.bind_partial(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        plain = {name: value for name, value in given.items() if name not in self._unlogged}
        self.training.params({**dict(plain.pop("params", None) or {}), **plain})
        begin_model(self.training)
        self.training.attempt("describing the data", self.data, given)
        given["callbacks"] = [*(given.get("callbacks") or []), self.callback()]
        return bound.args, bound.kwargs

    def data(self, given: Dict[str, Any]) -> None:
        """Record the data that the arguments name."""
        raise NotImplementedError

    def callback(self) -> Any:
        """Return a callback of the framework that calls `round_ended`."""
        raise NotImplementedError

    def round_ended(self, number: int, values: Dict[str, float]) -> None:
        """Record the metrics of a round."""
        if values:
            self.history.append(values)
            self.training.metrics(values, step=number)

    def record_best(self, best: int, first: int) -> None:
        """Record where training stopped early, and the best round's metrics once more, as the run's latest.

        Args:
            best: the best round, as the framework counts. first: its number of the first round.
        """
        rounds = len(self.history)
        if first <= best < rounds + first:
            self.training.metrics({"stopped_iteration": rounds - 1 + first, "best_iteration": best})
            self.training.metrics(self.history[best - first], step=rounds)

    def record_importance(self, kind: str, importance: Dict[str, Any]) -> None:
        """Keep how much each feature counts, as JSON and as a chart."""
        numbers = {str(name): _number(value) for name, value in importance.items()}
        self.training.json(f"feature_importance_{kind}.json", numbers)
        title = f"Feature importance ({kind})"
        self.training.text(f"feature_importance_{kind}.svg", lambda: bar_chart(title, numbers, kind))


def _number(value: Any) -> float:
    """Return a number; of several, one a class, their mean."""
    values = [float(each) for each in value] if isinstance(value, (list, tuple)) else [float(value)]
    return sum(values) / len(values)


def metric_key(data: str, metric: str) -> str:
    """Return the key of a metric on some data: `validation_0-ndcg_at_5` for `ndcg@5`."""
    return f"{data}-{metric}".replace("@", "_at_")

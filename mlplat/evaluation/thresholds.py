"""What a model must reach. In: thresholds, the results of a model and a baseline. Out: nothing, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.evaluation.result import EvaluationResult


class MetricThreshold:
    """Bounds of one metric.

    Args:
        threshold: the least value that is good enough, or the greatest where less is better.
        min_absolute_change: by how much it must be better than the baseline's, at least.
        min_relative_change: the same as a part of the baseline's, between 0 and 1.
        greater_is_better: whether more is better; it must be said.

    Raises:
        MlplatException: nothing is bounded, or a value is none.
    """

    def __init__(
        self,
        threshold: Optional[float] = None,
        min_absolute_change: Optional[float] = None,
        min_relative_change: Optional[float] = None,
        greater_is_better: Optional[bool] = None,
    ) -> None:
        given = {
            "threshold": threshold,
            "min_absolute_change": min_absolute_change,
            "min_relative_change": min_relative_change,
        }
        for name, value in given.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
                raise MlplatException(f"MetricThreshold: {name} is a number, not {value!r}")
        if all(value is None for value in given.values()):
            raise MlplatException("MetricThreshold bounds nothing: give a threshold or a change")
        if not isinstance(greater_is_better, bool):
            raise MlplatException("MetricThreshold: say greater_is_better=True or greater_is_better=False")
        if min_absolute_change is not None and min_absolute_change <= 0:
            raise MlplatException("MetricThreshold: min_absolute_change is greater than 0")
        if min_relative_change is not None and not 0 < min_relative_change < 1:
            raise MlplatException("MetricThreshold: min_relative_change is between 0 and 1")
        self.threshold = threshold
        self.min_absolute_change = min_absolute_change
        self.min_relative_change = min_relative_change
        self.greater_is_better = greater_is_better

    @property
    def needs_baseline(self) -> bool:
        """Whether it compares with a baseline."""
        return self.min_absolute_change is not None or self.min_relative_change is not None


class ModelValidationFailedException(MlplatException):
    """A model that is not as good as it must be; `failures` has a line for each metric that is at fault."""

    def __init__(self, failures: List[str]) -> None:
        super().__init__("\n".join(failures), "BAD_REQUEST")
        self.failures = failures


def validate_evaluation_results(
    validation_thresholds: Dict[str, MetricThreshold],
    candidate_result: EvaluationResult,
    baseline_result: Optional[EvaluationResult] = None,
) -> None:
    """Do nothing where a model is good enough.

    Args:
        validation_thresholds: by the names of metrics.
        baseline_result: of the model to compare with, on the same data.

    Raises:
        ModelValidationFailedException: it is not; every metric that is at fault is named with its value and bound.
        MlplatException: a threshold compares with a baseline, and there is none.
    """
    baseline = None if baseline_result is None else baseline_result.metrics
    failures = failures_of(validation_thresholds, candidate_result.metrics, baseline)
    if failures:
        raise ModelValidationFailedException(failures)


def failures_of(
    thresholds: Dict[str, MetricThreshold], metrics: Dict[str, float], baseline: Optional[Dict[str, float]]
) -> List[str]:
    """Return a line for each bound that is not met: metric, value and bound; MlplatException as above."""
    failures: List[str] = []
    for name, threshold in thresholds.items():
        if threshold.needs_baseline and baseline is None:
            raise MlplatException(f"the threshold of {name!r} compares with a baseline, and there is none")
        if name not in metrics:
            known = ", ".join(sorted(metrics))
            failures.append(f"{name} was not measured; there are: {known}")
        elif threshold.needs_baseline and name not in (baseline or {}):
            failures.append(f"{name} was not measured of the baseline")
        else:
            failures += _failures(name, threshold, metrics[name], (baseline or {}).get(name))
    return failures


def _failures(name: str, bound: MetricThreshold, value: float, before: Optional[float]) -> List[str]:
    more = bound.greater_is_better
    found: List[str] = []
    if bound.threshold is not None and not (value >= bound.threshold if more else value <= bound.threshold):
        found.append(f"{name} is {value:.6g}, {'less' if more else 'more'} than {bound.threshold:g}")
    if before is None:
        return found
    gain = value - before if more else before - value
    change = f"{name} is {value:.6g} and the baseline's {before:.6g}: better by {gain:.6g}"
    if bound.min_absolute_change is not None and not gain >= bound.min_absolute_change:
        found.append(f"{change}, less than {bound.min_absolute_change:g}")
    if bound.min_relative_change is not None and not gain >= bound.min_relative_change * abs(before):
        found.append(f"{change}, less than {bound.min_relative_change:g} of it")
    return found

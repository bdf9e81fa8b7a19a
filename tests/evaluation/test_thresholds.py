"""Bounds of metrics, in the library and on the command line."""

from __future__ import annotations

import pytest

from mlplat import MlplatException
from mlplat.evaluation.result import EvaluationResult
from mlplat.evaluation.thresholds import MetricThreshold, ModelValidationFailedException, validate_evaluation_results
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.registry.bounds import at_least, at_most, better_than_baseline


def result(**metrics: float) -> EvaluationResult:
    return EvaluationResult(metrics, {})


def test_a_model_that_is_good_enough_passes() -> None:
    bounds = {
        "accuracy_score": MetricThreshold(threshold=0.9, greater_is_better=True),
        "log_loss": MetricThreshold(threshold=0.2, min_relative_change=0.1, greater_is_better=False),
    }

    validate_evaluation_results(bounds, result(accuracy_score=0.9, log_loss=0.1), result(log_loss=0.2))


@pytest.mark.parametrize(
    ("bound", "value", "before", "said"),
    [
        (MetricThreshold(threshold=0.9, greater_is_better=True), 0.85, 0.0, "m is 0.85, less than 0.9"),
        (MetricThreshold(threshold=0.1, greater_is_better=False), 0.2, 0.0, "m is 0.2, more than 0.1"),
        (MetricThreshold(threshold=0.9, greater_is_better=True), float("nan"), 0.0, "m is nan, less than 0.9"),
        (MetricThreshold(min_absolute_change=0.1, greater_is_better=True), 0.85, 0.8, "better by 0.05, less than 0.1"),
        (MetricThreshold(min_absolute_change=0.1, greater_is_better=False), 0.8, 0.5, "better by -0.3, less than 0.1"),
        (MetricThreshold(min_relative_change=0.5, greater_is_better=True), 12, 10, "less than 0.5 of it"),
    ],
)
def test_what_is_at_fault_is_named_with_value_and_bound(
    bound: MetricThreshold, value: float, before: float, said: str
) -> None:
    with pytest.raises(ModelValidationFailedException) as raised:
        validate_evaluation_results({"m": bound, "gone": bound}, result(m=value), result(m=before))

    first, second = raised.value.failures
    assert said in first
    assert second == "gone was not measured; there are: m"


def test_a_change_needs_a_baseline() -> None:
    bound = MetricThreshold(min_absolute_change=0.1, greater_is_better=True)

    with pytest.raises(MlplatException, match="compares with a baseline, and there is none"):
        validate_evaluation_results({"m": bound}, result(m=1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 1},
        {"threshold": "high", "greater_is_better": True},
        {"threshold": True, "greater_is_better": True},
        {"min_absolute_change": 0, "greater_is_better": True},
        {"min_relative_change": 1.5, "greater_is_better": True},
        {"greater_is_better": True},
    ],
)
def test_a_threshold_that_bounds_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(MlplatException, match="MetricThreshold"):
        MetricThreshold(**wrong)  # type: ignore[arg-type]


def test_words_of_the_command_line() -> None:
    assert at_least(["a=0.9"], "--fail-under")[0][1].greater_is_better
    assert not at_most(["log_loss=1"], "--fail-over")[0][1].greater_is_better
    assert not better_than_baseline(["log_loss=0.1"], "--beat-baseline")[0][1].greater_is_better
    assert better_than_baseline(["roc_auc=0.1"], "--beat-baseline")[0][1].greater_is_better


@pytest.mark.parametrize("word", ["accuracy_score", "=1", "a=", "a=high", "a=nan", ""])
def test_other_words_are_refused(word: str) -> None:
    with pytest.raises(InvalidInputError, match="--fail-under is NAME=NUMBER"):
        at_least([word], "--fail-under")


def test_a_baseline_is_beaten_by_something() -> None:
    with pytest.raises(InvalidInputError, match="--beat-baseline a=0"):
        better_than_baseline(["a=0"], "--beat-baseline")

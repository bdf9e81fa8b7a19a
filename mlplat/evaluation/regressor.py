"""Predicted numbers. In: what is true and what was predicted. Out: errors, and charts of where they are."""

from __future__ import annotations

from typing import Any

from mlplat.charts import point_chart
from mlplat.evaluation.findings import Findings
from mlplat.evaluation.scores import regression_scores
from mlplat.exceptions import MlplatException


def of_numbers(true: Any, predicted: Any, weights: Any) -> Findings:
    """Measure a regressor.

    Raises:
        MlplatException: targets or predictions are no finite numbers.
    """
    targets, guesses = _numbers(true, "targets"), _numbers(predicted, "predictions")
    metrics = {"example_count": float(len(targets)), **regression_scores(targets, guesses, weights)}
    errors = guesses - targets
    files = {
        "residuals_plot.svg": point_chart(
            "Residuals", guesses.tolist(), errors.tolist(), "predicted", "predicted less true"
        ),
        "predicted_vs_true_plot.svg": point_chart(
            "Predicted and true", targets.tolist(), guesses.tolist(), "true", "predicted", diagonal=True
        ),
    }
    return Findings(metrics, files, {"target": targets, "prediction": guesses, "error": errors})


def _numbers(values: Any, what: str) -> Any:
    import numpy

    try:
        numbers = numpy.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise MlplatException(f"{what} of a regressor are numbers: {error}") from error
    if numbers.ndim != 1:
        raise MlplatException(f"{what} have one number a row, not the shape {numbers.shape}")
    if not numpy.isfinite(numbers).all():
        row = int(numpy.flatnonzero(~numpy.isfinite(numbers))[0])
        raise MlplatException(f"{what} of a regressor are finite numbers; row {row} has {numbers[row]}")
    return numbers

"""A window in stretches of equal length. In: times and latencies. Out: where each begins, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlplat_cli.serving.monitoring.report import LatencyReport

MOST = 60
STEPS = tuple(each * 1000 for each in (1, 10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400))
"""Lengths of a bucket, in ms; longer ones are multiples of the last."""


def bucket_length(first: int, last: int) -> int:
    """Return the shortest length, in ms, of which at most MOST cover the times."""
    span = last - first
    for step in STEPS:
        if span // step < MOST:
            return step
    return STEPS[-1] * (span // (STEPS[-1] * MOST) + 1)


def latency(values: Sequence[float]) -> LatencyReport | None:
    """Return what is known of latencies; None of none."""
    import numpy

    if not values:
        return None
    ordered: Any = numpy.sort(numpy.array(values, dtype="float64"))
    p50, p95, p99 = (_at(ordered, share) for share in (0.5, 0.95, 0.99))
    return LatencyReport(mean=float(ordered.mean()), p50=p50, p95=p95, p99=p99, max=float(ordered[-1]))


def _at(ordered: Any, share: float) -> float:
    return float(ordered[min(int(share * ordered.size), ordered.size - 1)])

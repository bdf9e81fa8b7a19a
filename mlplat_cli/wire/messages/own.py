"""What travels where MLflow's protocol has no words: summaries of metrics, conflicts of parameters, living runs."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import MetricSummary, ParamConflict
from mlplat_cli.wire.codec import number
from mlplat_cli.wire.messages.metric import MetricMessage, metric_message
from mlplat_cli.wire.messages.run import RunInfoMessage


class MetricSummaryMessage(Struct, kw_only=True, frozen=True):
    """A metric at a glance; NaN and the infinities are texts."""

    last: MetricMessage
    minimum: float | str
    maximum: float | str
    count: int


class MetricSummariesResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Every metric of a run, by key."""

    summaries: tuple[MetricSummaryMessage, ...] = ()


class ParamConflictsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Values that were refused."""

    conflicts: tuple[ParamConflict, ...] = ()


class UnfinishedRunsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Runs that somebody keeps alive."""

    runs: tuple[RunInfoMessage, ...] = ()


def summary_message(summary: MetricSummary) -> MetricSummaryMessage:
    """Show a metric at a glance."""
    return MetricSummaryMessage(
        last=metric_message(summary.last),
        minimum=number(summary.minimum),
        maximum=number(summary.maximum),
        count=summary.count,
    )

"""Request and response of the correlation of two filters over traces."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from mlplat_cli.entities import TraceCorrelation


class CorrelateTraces(Struct, kw_only=True, frozen=True):
    """Ask how often two filters find the same traces, among those that `base_filter` finds."""

    experiment_ids: tuple[str, ...] = ()
    filter_string1: str
    filter_string2: str
    base_filter: str = ""


class TraceCorrelationResponse(Struct, kw_only=True, frozen=True):
    """Counts, and the correlation where both filters find something."""

    filter1_count: int
    filter2_count: int
    joint_count: int
    total_count: int
    npmi: float | UnsetType = UNSET
    npmi_smoothed: float | UnsetType = UNSET


def correlation_message(correlation: TraceCorrelation) -> TraceCorrelationResponse:
    """Show a correlation."""
    npmi, smoothed = correlation.npmi, correlation.npmi_smoothed
    return TraceCorrelationResponse(
        npmi=UNSET if npmi is None else npmi,
        npmi_smoothed=UNSET if smoothed is None else smoothed,
        filter1_count=correlation.first,
        filter2_count=correlation.second,
        joint_count=correlation.joint,
        total_count=correlation.total,
    )

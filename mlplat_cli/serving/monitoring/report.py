"""What a monitor found, version 1. In: values. Out: the report, which `--json` prints as it is.

Times are ms since the epoch, latencies ms, shares 0 to 1. docs/monitor-models.md describes every field.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from mlplat_cli.serving.monitoring.distribution import Key
from mlplat_cli.serving.monitoring.summary import Kind

VERSION = 1

Role = Literal["feature", "prediction"]
State = Literal["drifted", "steady", "absent", "unknown"]
"""`absent`: nothing was served in it; `unknown`: it cannot be compared, or too few rows were served."""


class SideReport(msgspec.Struct, frozen=True):
    """One side of a column: the training data's, or what was served."""

    count: int
    missing: int
    missing_share: float
    mean: float | None
    std: float | None
    min: float | None
    max: float | None


class BinReport(msgspec.Struct, frozen=True):
    """How often a value is on each side; `label` is a category, or a bin's upper edge (null: all others)."""

    label: Key | None
    reference: int
    current: int


class ColumnReport(msgspec.Struct, frozen=True):
    """A column: its score by `method`, what it was before and what it is now."""

    name: str
    role: Role
    type: Kind
    state: State
    method: str | None
    score: float | None
    threshold: float | None
    is_p_value: bool
    statistic: float | None
    psi: float | None
    reference: SideReport
    current: SideReport
    wrong_type: int
    below_range: int
    above_range: int
    out_of_range_share: float
    new_categories: list[tuple[Key, int]]
    new_category_share: float
    compared_with: str
    bins_are_values: bool
    bins: list[BinReport]


class DriftReport(msgspec.Struct, frozen=True):
    """The data set as a whole: it drifted if at least `threshold` of its features did."""

    detected: bool
    drifted: int
    compared: int
    share: float
    threshold: float


class Bucket(msgspec.Struct, frozen=True):
    """A stretch of time: volume, latency and quality in it."""

    time: int
    requests: int
    rows: int
    latency_p50: float | None
    latency_p99: float | None
    quality: dict[str, float]


class LatencyReport(msgspec.Struct, frozen=True):
    """Latency over the whole window."""

    mean: float
    p50: float
    p95: float
    p99: float
    max: float


class QualityReport(msgspec.Struct, frozen=True):
    """Predictions against labels that came later; `task` is classification or regression."""

    task: Literal["classification", "regression"]
    column: str
    labelled: int
    metrics: dict[str, float]


class WindowReport(msgspec.Struct, frozen=True):
    """Which requests were looked at: asked for (`since`, `until`) and found (`first`, `last`)."""

    since: int | None
    until: int | None
    first: int | None
    last: int | None


class ReferenceReport(msgspec.Struct, frozen=True):
    """What served data was compared with."""

    source: str
    rows: int


class Report(msgspec.Struct, frozen=True):
    """Everything a monitor found about one model; `failures` says what is beyond its threshold."""

    version: int
    model: str
    model_version: str | None
    created: int
    reference: ReferenceReport
    window: WindowReport
    requests: int
    rows: int
    versions: dict[str, int]
    latency_ms: LatencyReport | None
    drift: DriftReport
    columns: list[ColumnReport]
    bucket_ms: int
    buckets: list[Bucket]
    quality: QualityReport | None
    unreadable: dict[str, int]
    problems: list[str]
    failures: list[str]

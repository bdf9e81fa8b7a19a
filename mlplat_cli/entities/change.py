"""What has changed since somebody last looked."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities.metric import Metric
from mlplat_cli.entities.run import RunInfo
from mlplat_cli.entities.tag import Tag


class ChangedRun(Struct, frozen=True):
    """A run that something was written to.

    Args:
        stamp: of its latest change, unlike that of any earlier one; stamps grow with time.
    """

    run_id: str
    experiment_id: str
    stamp: int


class MetricProgress(Struct, frozen=True):
    """How far a metric has come: its last point (see `MetricSummary`) and the number of its points."""

    last: Metric
    count: int


class RunState(Struct, frozen=True, kw_only=True):
    """A run as far as changes to it are told apart.

    Args:
        metrics: by key. params: by key; a value never changes. inputs: how many datasets and models it read or wrote.
    """

    info: RunInfo
    metrics: tuple[MetricProgress, ...] = ()
    params: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    inputs: int = 0

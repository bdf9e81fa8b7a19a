"""The part of a store that a page looks through. In: typed calls. Out: frozen entities; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import Axis, Chart, Columns, ViewType


class ViewStore(Protocol):
    """What many runs have, and curves thinned to what a screen can show."""

    def metric_series(
        self,
        run_ids: Sequence[str],
        keys: Sequence[str],
        *,
        axis: Axis = Axis.STEP,
        start: int | None = None,
        end: int | None = None,
        pixels: int = 1000,
    ) -> Chart:
        """Read the metrics of runs on a common grid of at most so many buckets; a run without a metric has no series.

        No point is left out: each is in the range's points, or counted by a bucket whose extremes it is within.

        Args:
            start, end: range of the axis, both included; None for as far as there are points.

        Raises:
            NotFoundError: there is no such run.
        """
        ...

    def columns_in_use(self, experiment_ids: Sequence[str]) -> Columns:
        """Name every metric, parameter and tag that active runs of experiments have; the newest of them are counted."""
        ...

    def count_runs(
        self, experiment_ids: Sequence[str], *, filter: str | None = None, view: ViewType = ViewType.ACTIVE_ONLY
    ) -> int:
        """Count the runs that a search finds, on all its pages; FilterError for a bad filter."""
        ...

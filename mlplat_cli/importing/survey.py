"""Looks without touching. In: what a traversal finds. Out: nothing; the traversal's own counts are all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlplat_cli.entities import Experiment, LoggedModel, Metric, Run, Scorer, Trace
from mlplat_cli.importing.source import ExampleSet, RegistryEntry
from mlplat_cli.importing.traversal import Files


class Survey:
    """A `Target` that keeps nothing, for `--dry-run`."""

    def take_experiment(self, given: Experiment, *, moves: bool) -> None:
        """Look at nothing more."""

    def take_run(self, given: Run, points: Iterator[Sequence[Metric]], files: Files | None) -> None:
        """Go through the points, so that they are counted and a torn one is found."""
        for _ in points:
            pass

    def take_logged_model(self, given: LoggedModel, files: Files | None) -> None:
        """Look at nothing more."""

    def take_trace(self, given: Trace) -> None:
        """Look at nothing more."""

    def take_scorers(self, versions: Sequence[Scorer]) -> None:
        """Look at nothing more."""

    def take_example_set(self, given: ExampleSet) -> None:
        """Look at nothing more."""

    def take_registry_entry(self, entry: RegistryEntry) -> None:
        """Look at nothing more."""

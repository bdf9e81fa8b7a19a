"""What can be imported from. In: an address that `recognition` opened. Out: entities, as they are at the source.

Everything is read in pieces: nothing here holds more than one run's values and one stretch of its points. A thing that
cannot be read is told to its `Complaints` and left out, and the next one is read; only a source that cannot be read at
all raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.entities import (
    EvaluationDataset,
    EvaluationRecord,
    Experiment,
    LoggedModel,
    Metric,
    ModelVersion,
    RegisteredModel,
    RegistryPast,
    Run,
    Scorer,
    Trace,
)

POINTS_AT_ONCE = 50_000
"""How many points of metrics a reader hands over in one piece."""


PROMPTS = "tags.`mlflow.prompt.is_prompt` = 'true'"
"""Registries list prompts only when the filter asks for this tag."""

Complaints = Callable[[str], None]
"""Is told what could not be read, in a line that names it."""


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """A name of the registry, all its versions, and its past where the source keeps one."""

    model: RegisteredModel
    versions: Sequence[ModelVersion]
    past: RegistryPast | None = None


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """An evaluation dataset and all its records."""

    dataset: EvaluationDataset
    records: Sequence[EvaluationRecord]


class Source(Protocol):
    """A place that runs were recorded into.

    Attributes:
        place: how messages name it, without any password.
    """

    place: str

    def experiments(self) -> Iterator[Experiment]:
        """Every experiment, deleted ones too."""
        ...

    def runs(self, experiment: Experiment) -> Iterator[Run]:
        """Every run of an experiment, deleted ones too; its points are asked for by `points`."""
        ...

    def points(self, run: Run) -> Iterator[Sequence[Metric]]:
        """Every point of a run's metrics, in stretches of about `POINTS_AT_ONCE`."""
        ...

    def logged_models(self, experiment: Experiment) -> Iterator[LoggedModel]:
        """Every logged model of an experiment with its metrics, deleted ones too where the source shows them."""
        ...

    def traces(self, experiment: Experiment) -> Iterator[Trace]:
        """Every trace of an experiment with its spans and assessments."""
        ...

    def scorers(self, experiment: Experiment) -> Sequence[Scorer]:
        """Every version of every scorer of an experiment."""
        ...

    def example_sets(self) -> Iterator[ExampleSet]:
        """Every evaluation dataset."""
        ...

    def registry(self) -> Iterator[RegistryEntry]:
        """Every registered model."""
        ...

    def holds(self, address: str) -> bool:
        """Tell whether artifacts at an address can be read here; others (s3://…) stay where they are."""
        ...

    def run_artifacts(self, run: Run) -> ReadableArtifacts:
        """Open the artifacts of a run whose address the source holds."""
        ...

    def model_artifacts(self, model: LoggedModel) -> ReadableArtifacts:
        """Open the files of a logged model whose address the source holds."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...

"""What a store answers about evaluations. In: typed calls. Out: frozen entities; errors of `mlplat_cli.errors`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mlplat_cli.entities import (
    DatasetSummary,
    EvaluationDataset,
    EvaluationRecord,
    NewEvaluationRecord,
    Page,
    Scorer,
)


class EvaluationDatasetStore(Protocol):
    """Sets of examples. Unless said otherwise, an unknown dataset or experiment is a NotFoundError."""

    def create_evaluation_dataset(
        self,
        name: str,
        *,
        experiment_ids: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        created_by: str | None = None,
    ) -> EvaluationDataset:
        """Make one without records; whose it is, the tag mlflow.user says where `created_by` does not."""
        ...

    def get_evaluation_dataset(self, dataset_id: str) -> EvaluationDataset:
        """Look one up."""
        ...

    def delete_evaluation_dataset(self, dataset_id: str) -> None:
        """Remove one with its records; no error when it is not there."""
        ...

    def search_evaluation_datasets(
        self,
        *,
        experiment_ids: Sequence[str] = (),
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[EvaluationDataset]:
        """Find datasets, of any experiment when none is named, newest first unless ordered otherwise."""
        ...

    def set_evaluation_dataset_tags(self, dataset_id: str, tags: Mapping[str, str]) -> EvaluationDataset:
        """Set or overwrite tags."""
        ...

    def delete_evaluation_dataset_tag(self, dataset_id: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        ...

    def add_dataset_experiments(self, dataset_id: str, experiment_ids: Sequence[str]) -> EvaluationDataset:
        """Let a dataset belong to more experiments."""
        ...

    def remove_dataset_experiments(self, dataset_id: str, experiment_ids: Sequence[str]) -> EvaluationDataset:
        """Let a dataset no longer belong to experiments; those that it does not belong to are left alone."""
        ...

    def upsert_dataset_records(
        self, dataset_id: str, records: Sequence[NewEvaluationRecord], *, updated_by: str | None = None
    ) -> tuple[int, int]:
        """Add records, all or none; one with the same inputs as another is merged into that.

        Expectations and tags are merged key by key, outputs are replaced, the source stays. Who wrote a record its
        tag mlflow.user says, or else `updated_by`.

        Returns:
            How many were added and how many merged.
        """
        ...

    def dataset_records(
        self, dataset_id: str, *, max_results: int = 1000, page_token: str | None = None
    ) -> Page[EvaluationRecord]:
        """List records in the order in which they were added."""
        ...

    def delete_dataset_records(self, dataset_id: str, record_ids: Sequence[str]) -> int:
        """Remove records; ids that the dataset does not have are left out. Returns how many there were."""
        ...


class ScorerStore(Protocol):
    """Scorers of experiments, in versions. An unknown experiment, scorer or version is a NotFoundError."""

    def register_scorer(self, experiment_id: str, name: str, serialized: str) -> Scorer:
        """Add the next version of a scorer of an active experiment."""
        ...

    def list_scorers(self, experiment_ids: Sequence[str] = ()) -> Sequence[Scorer]:
        """Return each scorer's newest version by name; of all experiments when none is named."""
        ...

    def scorer_versions(self, experiment_id: str, name: str) -> Sequence[Scorer]:
        """Return all versions of one, oldest first."""
        ...

    def get_scorer(self, experiment_id: str, name: str, version: int | None = None) -> Scorer:
        """Look up a version, the newest unless one is named."""
        ...

    def delete_scorer(self, experiment_id: str, name: str, version: int | None = None) -> None:
        """Remove a version, or all of them."""
        ...


class DatasetSummaryStore(Protocol):
    """The datasets of runs, as lists show them."""

    def search_datasets(self, experiment_ids: Sequence[str]) -> Sequence[DatasetSummary]:
        """Return what active runs of experiments read, each dataset and context once, by experiment and name."""
        ...


class EvaluationStore(EvaluationDatasetStore, ScorerStore, DatasetSummaryStore, Protocol):
    """All of these."""

"""What a store answers. In: typed calls. Out: frozen entities; errors of `mlplat_cli.errors`.

Every implementation passes `tests/contract/`. Listing calls return pages whose token asks for the next one.
Writes are all-or-nothing and committed when the call returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import (
    DatasetInput,
    Experiment,
    Metric,
    MetricSummary,
    ModelInput,
    ModelOutput,
    Page,
    Param,
    ParamConflict,
    Record,
    Run,
    RunBatch,
    RunInfo,
    RunStatus,
    Tag,
    ViewType,
)
from mlplat_cli.store.change_interface import ChangeStore
from mlplat_cli.store.evaluation_interface import EvaluationStore
from mlplat_cli.store.gate_interface import GateStore
from mlplat_cli.store.intake_interface import IntakeStore
from mlplat_cli.store.message_interface import MessageStore
from mlplat_cli.store.model_interface import LoggedModelStore, RegistryStore
from mlplat_cli.store.trace_interface import AssessmentStore, TraceStore
from mlplat_cli.store.view_interface import ViewStore
from mlplat_cli.store.webhook_interface import WebhookStore


class ExperimentStore(Protocol):
    """Named groups of runs."""

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Sequence[Tag] = ()
    ) -> Experiment:
        """Make an experiment; AlreadyExistsError when the name is taken, also by a deleted one.

        InvalidInputError when name or location break the rules of `wire.limits`.
        """
        ...

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Look one up; NotFoundError when there is none."""
        ...

    def find_experiment(self, name: str) -> Experiment | None:
        """Look one up by name, deleted ones included."""
        ...

    def search_experiments(
        self,
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Experiment]:
        """List experiments, newest first unless ordered otherwise; FilterError for a bad filter."""
        ...

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name; errors as for `create_experiment`."""
        ...

    def delete_experiment(self, experiment_id: str) -> None:
        """Put an experiment and its active runs in the bin."""
        ...

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring an experiment back, with the runs that its deletion took along (not those deleted before)."""
        ...

    def set_experiment_tag(self, experiment_id: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        ...

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        ...


class RunStore(Protocol):
    """Runs and what they logged."""

    def create_run(
        self,
        experiment_id: str,
        *,
        user_id: str = "",
        run_name: str | None = None,
        start_time: int | None = None,
        tags: Sequence[Tag] = (),
        owner: str | None = None,
    ) -> Run:
        """Start a run in an active experiment; a run name is made up when none is given."""
        ...

    def get_run(self, run_id: str) -> Run:
        """Look a run up, deleted ones included; NotFoundError when there is none."""
        ...

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """Change status, end or name of an active run."""
        ...

    def delete_run(self, run_id: str) -> None:
        """Put a run in the bin."""
        ...

    def restore_run(self, run_id: str) -> None:
        """Bring a run back."""
        ...

    def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        """Log to an active run, all or nothing; InvalidInputError when a param would change its value."""
        ...

    def log_batches(self, batches: Sequence[RunBatch], *, wait: bool = True) -> Sequence[Exception | None] | None:
        """Log several batches in one transaction, in their order, each as if it were alone.

        Args:
            wait: False returns None, and writes nothing, where this thread would have to wait for another writer.

        Returns:
            None for each batch that is written and committed, otherwise why nothing of it is.
        """
        ...

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of a run; NotFoundError when it is not there."""
        ...

    def log_inputs(
        self, run_id: str, *, datasets: Sequence[DatasetInput] = (), models: Sequence[ModelInput] = ()
    ) -> None:
        """Record what a run read; the same dataset twice is one."""
        ...

    def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Record the models that a run wrote."""
        ...

    def metric_history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """All points of a metric by (timestamp, step, value); an unknown key has none."""
        ...

    def metric_summaries(self, run_id: str) -> Sequence[tuple[str, MetricSummary]]:
        """Last, least and greatest of every metric of a run, by key."""
        ...

    def param_conflicts(self, run_id: str) -> Sequence[ParamConflict]:
        """Values that journals gave for parameters that already had another."""
        ...

    def search_runs(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Run]:
        """Find runs, newest first unless ordered otherwise; FilterError for a bad filter."""
        ...

    def unfinished_runs(self) -> Sequence[RunInfo]:
        """Every active RUNNING run that has an owner."""
        ...


class JournalStore(Protocol):
    """Ingest, exactly once."""

    def journal_offset(self, journal: str) -> int:
        """Bytes of that journal already applied; 0 for one never seen."""
        ...

    def apply_journal(self, journal: str, run_id: str, *, start: int, end: int, records: Sequence[Record]) -> bool:
        """Apply records and move the journal's offset from start to end in one transaction.

        Args:
            journal: the journal's name below `journals/`, `<run_id>/<process>`.
            start, end: bytes; nothing is applied, and False returned, unless the stored offset equals start.

        A record that breaks a rule of the protocol (a parameter that changes its value) never stops the rest:
        it is kept as a ParamConflict. ArtifactRecords are not the store's business and are skipped.
        """
        ...


class Store(
    ExperimentStore,
    RunStore,
    ViewStore,
    MessageStore,
    ChangeStore,
    JournalStore,
    LoggedModelStore,
    RegistryStore,
    GateStore,
    EvaluationStore,
    TraceStore,
    AssessmentStore,
    WebhookStore,
    IntakeStore,
    Protocol,
):
    """Everything a store answers."""

    def close(self) -> None:
        """Give connections back; the store is not used afterwards."""
        ...

"""One recorded execution."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from mlplat_cli.entities.lifecycle import LifecycleStage
from mlplat_cli.entities.metric import Metric
from mlplat_cli.entities.tag import Param, Tag


class RunStatus(StrEnum):
    """MLflow's five states and LOST: the run's processes are gone and none of them said how it ended."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    LOST = "LOST"

    @property
    def is_terminal(self) -> bool:
        """True when nothing more is expected of the run."""
        return self not in (RunStatus.RUNNING, RunStatus.SCHEDULED)


class RunInfo(Struct, frozen=True, kw_only=True):
    """What identifies a run and how it stands.

    Args:
        run_id: 32 hex digits (other ids of up to 256 letters, digits, `_` and `-` are accepted).
        start_time, end_time: ms since the epoch; end_time is None while it runs.
        artifact_uri: where its artifacts lie, `mlflow-artifacts:/<experiment>/<run>/artifacts` unless chosen.
        owner: name of the journal whose writer keeps the run alive, below the store's `journals/`; None when
            the run was made over REST by nobody we can watch.
    """

    run_id: str
    experiment_id: str
    run_name: str
    user_id: str
    status: RunStatus
    start_time: int
    end_time: int | None
    artifact_uri: str
    lifecycle_stage: LifecycleStage
    owner: str | None = None


class ParamConflict(Struct, frozen=True):
    """A value that a journal gave for a parameter that already had another; kept and shown, never applied."""

    key: str
    value: str
    timestamp: int


class RunData(Struct, frozen=True, kw_only=True):
    """What was logged: `metrics` holds the latest point of each key."""

    metrics: tuple[Metric, ...] = ()
    params: tuple[Param, ...] = ()
    tags: tuple[Tag, ...] = ()


class RunBatch(Struct, frozen=True):
    """What one call logs to a run, all or nothing."""

    run_id: str
    metrics: Sequence[Metric] = ()
    params: Sequence[Param] = ()
    tags: Sequence[Tag] = ()


class Dataset(Struct, frozen=True, kw_only=True):
    """Data that a run read.

    Args:
        digest: up to 36 characters, computed by the client. source, schema, profile: JSON texts.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Struct, frozen=True, kw_only=True):
    """A dataset as an input of a run; tag `mlflow.data.context` says what for."""

    dataset: Dataset
    tags: tuple[Tag, ...] = ()


class ModelInput(Struct, frozen=True, kw_only=True):
    """A logged model that a run read."""

    model_id: str


class ModelOutput(Struct, frozen=True, kw_only=True):
    """A logged model that a run wrote at a step."""

    model_id: str
    step: int = 0


class RunInputs(Struct, frozen=True, kw_only=True):
    """Everything a run read."""

    dataset_inputs: tuple[DatasetInput, ...] = ()
    model_inputs: tuple[ModelInput, ...] = ()


class RunOutputs(Struct, frozen=True, kw_only=True):
    """Everything a run wrote beside its artifacts."""

    model_outputs: tuple[ModelOutput, ...] = ()


class Run(Struct, frozen=True, kw_only=True):
    """A run, whole."""

    info: RunInfo
    data: RunData = RunData()
    inputs: RunInputs = RunInputs()
    outputs: RunOutputs = RunOutputs()

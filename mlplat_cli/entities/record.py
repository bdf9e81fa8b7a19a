"""The records of a journal, as the store applies them. `mlplat.journal` documents and writes the format.

Each record is a JSON array whose first element is its tag; msgspec decodes it straight into one of these types.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Number = float | str
"""A metric's value: a JSON number, or "NaN", "Infinity", "-Infinity", which JSON has no numbers for."""


class JournalHeader(Struct, frozen=True, array_like=True, tag="journal"):
    """First record: the format's version and who writes.

    Args:
        version: of the format; this tool reads 1.
        run_id: the run that the journal belongs to. created: ms since the epoch.
    """

    version: int
    run_id: str
    pid: int
    host: str
    created: int


class RunRecord(Struct, frozen=True, array_like=True, tag="run"):
    """Starts the run, or takes it up again when `resumed`; then only what is not None changes.

    Args:
        experiment_id, experiment_name: at most one is given; neither means the Default experiment, and
            a name that is new is created.
        joins: true for a further process of a run that another one owns (data-parallel workers).
    """

    experiment_id: str | None
    experiment_name: str | None
    run_name: str | None
    user_id: str | None
    start_time: int
    tags: dict[str, str]
    resumed: bool = False
    joins: bool = False


class MetricRecord(Struct, frozen=True, array_like=True, tag="m"):
    """One point of a metric."""

    key: str
    value: Number
    step: int
    timestamp: int
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class ParamRecord(Struct, frozen=True, array_like=True, tag="p"):
    """One parameter."""

    key: str
    value: str
    timestamp: int


class TagRecord(Struct, frozen=True, array_like=True, tag="t"):
    """One tag, set or overwritten."""

    key: str
    value: str


class DeleteTagRecord(Struct, frozen=True, array_like=True, tag="dt"):
    """One tag removed."""

    key: str


class DatasetRecord(Struct, frozen=True, array_like=True, tag="id"):
    """A dataset that the run read; schema and profile are JSON texts."""

    name: str
    digest: str
    source_type: str | None
    source: str | None
    schema: str | None
    profile: str | None
    tags: dict[str, str]


class ModelInputRecord(Struct, frozen=True, array_like=True, tag="im"):
    """A logged model that the run read."""

    model_id: str


class ArtifactRecord(Struct, frozen=True, array_like=True, tag="a"):
    """One file that lies staged beside the journal and belongs at `path` below the run's artifacts.

    Args:
        path: POSIX path below the run's artifact root. staged: file name in `<journal>.files/`. size: bytes.
        model_id: of the logged model whose folder it belongs in instead.
    """

    path: str
    staged: str
    size: int
    model_id: str | None = None


class ModelOutputRecord(Struct, frozen=True, array_like=True, tag="mo"):
    """A logged model that the run makes, whose files are still to come; timestamp is ms since the epoch."""

    model_id: Annotated[str, Meta(pattern=r"\Am-[0-9a-f]{32}\Z")]
    name: str
    model_type: str
    step: int
    timestamp: int
    params: dict[str, str]
    tags: dict[str, str]


class ModelReadyRecord(Struct, frozen=True, array_like=True, tag="mr"):
    """All files of a logged model came before; it is to be a version of the registered name, if there is one."""

    model_id: str
    registered_name: str | None = None


class EndRecord(Struct, frozen=True, array_like=True, tag="end"):
    """The run ended; status is a RunStatus name, end_time ms since the epoch."""

    status: str
    end_time: int


Record = (
    JournalHeader
    | RunRecord
    | MetricRecord
    | ParamRecord
    | TagRecord
    | DeleteTagRecord
    | DatasetRecord
    | ModelInputRecord
    | ArtifactRecord
    | ModelOutputRecord
    | ModelReadyRecord
    | EndRecord
)

"""What a stretch of a journal amounts to. In: records in order. Out: one value that `journals` writes at once.

Points are all kept, of a parameter the first value, of a tag the last; beginnings and ends keep their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    DatasetRecord,
    DeleteTagRecord,
    EndRecord,
    JournalHeader,
    MetricRecord,
    ModelInput,
    ModelInputRecord,
    ModelOutputRecord,
    ModelReadyRecord,
    ParamConflict,
    ParamRecord,
    Record,
    RunRecord,
    Tag,
    TagRecord,
)
from mlplat_cli.store.numbers import INT64_GREATEST, INT64_LEAST
from mlplat_cli.store.run_values import RUN_NAME


@dataclass(slots=True)
class JournalBatch:
    """A stretch of a journal.

    Args:
        created: when the journal was begun, if its header is in the stretch, ms since the epoch.
        steps: beginnings and ends of the run, in order.
        tags: value of each tag at the end of the stretch; None for one that was removed.
        params: (value, timestamp) first given for each key.
        conflicts: what breaks a rule, to be kept and shown.
        datasets, models: what the run read. made, ready: models that it logged, and whose files are all there.
    """

    created: int | None = None
    steps: list[RunRecord | EndRecord] = field(default_factory=list)
    metrics: list[MetricRecord] = field(default_factory=list)
    params: dict[str, tuple[str, int]] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    conflicts: list[ParamConflict] = field(default_factory=list)
    datasets: list[DatasetInput] = field(default_factory=list)
    models: list[ModelInput] = field(default_factory=list)
    made: list[ModelOutputRecord] = field(default_factory=list)
    ready: list[ModelReadyRecord] = field(default_factory=list)


def fold(records: Sequence[Record]) -> JournalBatch:
    """Gather records by kind; ArtifactRecords are left out."""
    batch = JournalBatch()
    for record in records:
        match record:
            case MetricRecord():
                _add_metric(batch, record)
            case ParamRecord():
                _add_param(batch, record)
            case TagRecord() | DeleteTagRecord():
                batch.tags[record.key] = record.value if isinstance(record, TagRecord) else None
            case RunRecord():
                _add_beginning(batch, record)
            case EndRecord():
                batch.steps.append(record)
            case DatasetRecord() | ModelInputRecord():
                _add_input(batch, record)
            case ModelOutputRecord() | ModelReadyRecord():
                _add_model(batch, record)
            case JournalHeader():
                batch.created = record.created
            case _:
                pass
    return batch


def _add_beginning(batch: JournalBatch, record: RunRecord) -> None:
    batch.steps.append(record)
    batch.tags.update(record.tags)
    if record.run_name:
        batch.tags[RUN_NAME] = record.run_name


def _add_input(batch: JournalBatch, record: DatasetRecord | ModelInputRecord) -> None:
    if isinstance(record, ModelInputRecord):
        batch.models.append(ModelInput(model_id=record.model_id))
        return
    dataset = Dataset(
        name=record.name,
        digest=record.digest,
        source_type=record.source_type or "",
        source=record.source or "",
        schema=record.schema,
        profile=record.profile,
    )
    tags = tuple(Tag(key, value) for key, value in record.tags.items())
    batch.datasets.append(DatasetInput(dataset=dataset, tags=tags))


def _add_model(batch: JournalBatch, record: ModelOutputRecord | ModelReadyRecord) -> None:
    if isinstance(record, ModelOutputRecord):
        batch.made.append(record)
    else:
        batch.ready.append(record)


def _add_metric(batch: JournalBatch, record: MetricRecord) -> None:
    fits = INT64_LEAST <= record.step <= INT64_GREATEST and INT64_LEAST <= record.timestamp <= INT64_GREATEST
    if fits and (record.value.__class__ is float or _is_number(record.value)):
        batch.metrics.append(record)
    else:
        batch.conflicts.append(ParamConflict(record.key, f"{record.value} at step {record.step}", record.timestamp))


def _is_number(value: float | str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _add_param(batch: JournalBatch, record: ParamRecord) -> None:
    first, _ = batch.params.setdefault(record.key, (record.value, record.timestamp))
    if first != record.value:
        batch.conflicts.append(ParamConflict(record.key, record.value, record.timestamp))

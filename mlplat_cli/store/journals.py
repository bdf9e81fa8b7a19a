"""Journals into the store, exactly once. In: records between two offsets. Out: rows, and the offset moved with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, select

from mlplat.names import random_name
from mlplat_cli.entities import EndRecord, ParamConflict, Record, RunRecord, RunStatus
from mlplat_cli.store.actor import acting_for
from mlplat_cli.store.change_stamps import stamp_changes
from mlplat_cli.store.dialects import held, insert_or_ignore, upsert
from mlplat_cli.store.experiments import insert_experiment, read_experiment_row
from mlplat_cli.store.inputs import add_inputs
from mlplat_cli.store.journal_batch import JournalBatch, fold
from mlplat_cli.store.journal_models import REFUSED_NAME, begin_models, finish_models
from mlplat_cli.store.metric_rows import PointRow, write_points
from mlplat_cli.store.names import NO_ORIGIN, Origin, origin_of
from mlplat_cli.store.numbers import clamped, parse_digits, to_columns
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.run_rows import change_run, find_run_row, read_run_row
from mlplat_cli.store.run_values import RUN_NAME, add_params, write_tags
from mlplat_cli.store.runs import insert_run
from mlplat_cli.store.tables import experiments, journals, param_conflicts, run_tags

MISSING_EXPERIMENT = "mlplat.missingExperiment"
"""Tag of a run whose journal names the id of an experiment that this store does not have."""


class SqlJournals(SqlPart):
    """Ingest into a SQL store."""

    def journal_offset(self, journal: str) -> int:
        """Bytes of that journal already applied; 0 for one never seen."""
        with self._database.read() as connection:
            return _offset(connection, journal)

    def apply_journal(self, journal: str, run_id: str, *, start: int, end: int, records: Sequence[Record]) -> bool:
        """Apply records and move the journal's offset from start to end in one transaction.

        A run that is not there is made, in the experiment that the records name; one that lies in the bin is
        written to all the same: nothing that was logged is lost.

        Args:
            journal: the journal's name below `journals/`, `<run_id>/<process>`.
            start, end: bytes; nothing is applied, and False returned, unless the stored offset equals start.
        """
        batch = fold(records)
        keys = self._names.intern(_names_in(batch))
        origins = self._names.intern_origins(batch.metrics)
        with self._database.write() as connection:
            if _held_offset(connection, journal) != start:
                return False
            row = _live_through(connection, batch, journal, run_id)
            run = row["id"]
            begin_models(connection, row, batch.made)
            with acting_for(row["user_id"]):
                refused = finish_models(connection, batch.ready)
            if refused:
                batch.tags[REFUSED_NAME] = refused
            _write_tags(connection, run, batch.tags, keys)
            _write_params(connection, run, batch, keys)
            if batch.metrics:
                write_points(connection, _points(run, batch, keys, origins))
            if batch.datasets or batch.models:
                add_inputs(connection, run, row["experiment"], batch.datasets, batch.models)
            place = {"name": journal, "offset": end, "run": run}
            connection.execute(upsert(connection, journals, ["offset", "run"]), place)
            stamp_changes(connection, [run])
        return True

    def param_conflicts(self, run_id: str) -> Sequence[ParamConflict]:
        """Values that journals gave for parameters that already had another."""
        columns = param_conflicts.c
        with self._database.read() as connection:
            run = read_run_row(connection, run_id)["id"]
            query = select(columns.key, columns.value, columns.timestamp).where(columns.run == run)
            return [ParamConflict(*row) for row in connection.execute(query.order_by(columns.id))]


def _offset(connection: Connection, journal: str) -> int:
    found: int | None = connection.execute(select(journals.c.offset).where(journals.c.name == journal)).scalar()
    return found or 0


def _held_offset(connection: Connection, journal: str) -> int:
    # The row is there from now on, so that a second ingest at the same moment waits for it.
    query = held(connection, select(journals.c.offset).where(journals.c.name == journal))
    found: int | None = connection.execute(query).scalar()
    if found is None:
        connection.execute(insert_or_ignore(connection, journals), {"name": journal, "offset": 0})
        found = connection.execute(query).scalar_one()
    return found


def _names_in(batch: JournalBatch) -> list[str]:
    return [
        *{record.key for record in batch.metrics},
        *batch.params,
        *batch.tags,
        RUN_NAME,
        MISSING_EXPERIMENT,
        REFUSED_NAME,
    ]


def _live_through(connection: Connection, batch: JournalBatch, journal: str, run_id: str) -> RowMapping:
    row = find_run_row(connection, run_id) or _make_run(connection, batch, journal, run_id)
    for step in batch.steps:
        changes = _beginning(step, row, journal) if isinstance(step, RunRecord) else _ending(step, row, journal)
        change_run(connection, row["id"], **changes)
        row = read_run_row(connection, run_id)
    return row


def _make_run(connection: Connection, batch: JournalBatch, journal: str, run_id: str) -> RowMapping:
    begun = next((step for step in batch.steps if isinstance(step, RunRecord)), None)
    experiment = _experiment(connection, begun, batch)
    # Not only the entity: the tag that mirrors the name is written with the other tags.
    name = batch.tags.get(RUN_NAME) or random_name()
    batch.tags.setdefault(RUN_NAME, name)
    insert_run(
        connection,
        run_id,
        experiment,
        name=name,
        user_id=(begun and begun.user_id) or "",
        start_time=clamped(begun.start_time) if begun else batch.created or now_ms(),
        owner=None if begun and begun.joins else journal,
    )
    return read_run_row(connection, run_id)


def _experiment(connection: Connection, begun: RunRecord | None, batch: JournalBatch) -> RowMapping:
    if begun and begun.experiment_name is not None:
        by_name = select(experiments).where(experiments.c.name == begun.experiment_name)
        found = connection.execute(by_name).mappings().first()
        if found is None:
            insert_experiment(connection, begun.experiment_name)
            found = connection.execute(by_name).mappings().one()
        return found
    wanted = begun.experiment_id if begun else None
    if wanted is not None:
        by_id = select(experiments).where(experiments.c.id == parse_digits(wanted))
        row = connection.execute(by_id).mappings().first()
        if row is not None:
            return row
        batch.tags[MISSING_EXPERIMENT] = wanted
    return read_experiment_row(connection, 0, shared=True)


def _beginning(record: RunRecord, row: RowMapping, journal: str) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    if record.user_id is not None:
        changes["user_id"] = record.user_id
    if record.joins and row["owner"] is not None:
        # The owner says when the run runs and when it ends; a joiner's journal may even be ingested after that.
        return changes
    if record.resumed:
        changes |= {"status": RunStatus.RUNNING.value, "end_time": None}
    if not record.joins and (record.resumed or row["owner"] is None):
        changes["owner"] = journal
    return changes


def _ending(record: EndRecord, row: RowMapping, journal: str) -> dict[str, str | int]:
    # A status that nobody knows does not say how the run ended.
    status = record.status if record.status in RunStatus.__members__ else RunStatus.LOST.value
    if not _owns(row["owner"], journal) and (status == RunStatus.FINISHED or row["status"] != RunStatus.RUNNING):
        return {}  # one process of several is done; only that it failed is said of a run that goes on
    return {"status": status, "end_time": clamped(record.end_time)}


def _owns(owner: str | None, journal: str) -> bool:
    """Tell whether a journal is the run's owner, or of the same process, which went on in another after a full disk."""
    process = journal.rpartition("-")[0]
    return owner in (None, journal) or (process != "" and str(owner).rpartition("-")[0] == process)


def _write_tags(connection: Connection, run: int, tags: Mapping[str, str | None], keys: Mapping[str, int]) -> None:
    write_tags(connection, run, {name: value for name, value in tags.items() if value is not None}, keys)
    for name in [name for name, value in tags.items() if value is None]:
        connection.execute(run_tags.delete().where(run_tags.c.run == run, run_tags.c.key == keys[name]))


def _write_params(connection: Connection, run: int, batch: JournalBatch, keys: Mapping[str, int]) -> None:
    refused = add_params(connection, run, {name: value for name, (value, _) in batch.params.items()}, keys)
    late = [ParamConflict(name, value, batch.params[name][1]) for name, (_, value) in refused.items()]
    rows = [
        {"run": run, "key": each.key, "value": each.value, "timestamp": clamped(each.timestamp)}
        for each in [*late, *batch.conflicts]
    ]
    if rows:
        connection.execute(param_conflicts.insert(), rows)


def _points(run: int, batch: JournalBatch, keys: Mapping[str, int], origins: Mapping[Origin, int]) -> list[PointRow]:
    points = []
    for record in batch.metrics:
        special, value = to_columns(float(record.value))
        origin = origin_of(record)
        number = origins[origin] if origin else NO_ORIGIN
        points.append((run, keys[record.key], record.step, record.timestamp, special, value, number))
    return points

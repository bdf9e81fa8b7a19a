"""Experiments: making, finding, naming, the bin. In: typed calls. Out: `Experiment` values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, select, update

from mlplat_cli.entities import Experiment, Tag
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from mlplat_cli.store.change_stamps import stamp_changes
from mlplat_cli.store.dialects import holds, insert_or_ignore, upsert
from mlplat_cli.store.part import SqlPart, experiment_number, now_ms, stage
from mlplat_cli.store.tables import experiment_tags, experiments, runs
from mlplat_cli.wire import limits

_EXPERIMENT = select(experiments).where(experiments.c.id == bindparam("number"))
_HELD_EXPERIMENT, _SHARED_EXPERIMENT = _EXPERIMENT.with_for_update(), _EXPERIMENT.with_for_update(read=True)


class SqlExperiments(SqlPart):
    """Experiments of a SQL store."""

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Sequence[Tag] = ()
    ) -> Experiment:
        """Make an experiment; AlreadyExistsError when the name is taken, also by a deleted one."""
        limits.experiment_name(name)
        limits.artifact_location(artifact_location or "")
        with self._database.write() as connection:
            number = insert_experiment(connection, name, artifact_location)
            if number is None:
                raise AlreadyExistsError(f"Experiment(name={name}) already exists.")
            if tags:
                rows = [{"experiment": number, "key": tag.key, "value": tag.value} for tag in tags]
                connection.execute(upsert(connection, experiment_tags, ["value"]), rows)
            return read_experiment(connection, number)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Look one up; NotFoundError when there is none."""
        number = experiment_number(experiment_id)
        with self._database.read() as connection:
            return read_experiment(connection, number)

    def find_experiment(self, name: str) -> Experiment | None:
        """Look one up by name, deleted ones included."""
        with self._database.read() as connection:
            number = connection.execute(select(experiments.c.id).where(experiments.c.name == name)).scalar()
            return None if number is None else read_experiment(connection, number)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name; AlreadyExistsError when it is taken."""
        number = experiment_number(experiment_id)
        limits.experiment_name(new_name)
        with self._database.write() as connection:
            require_active_experiment(connection, number)
            holder = connection.execute(select(experiments.c.id).where(experiments.c.name == new_name)).scalar()
            if holder not in (None, number):
                raise AlreadyExistsError(f"Experiment(name={new_name}) already exists.")
            _touch(connection, number, name=new_name)

    def delete_experiment(self, experiment_id: str) -> None:
        """Put an experiment and its active runs in the bin."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            require_active_experiment(connection, number)
            _touch(connection, number, deleted=1)
            active = and_(runs.c.experiment == number, runs.c.deleted == 0)
            _change_runs(connection, active, deleted=1, deleted_along=1, deleted_time=now_ms())

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring an experiment back, with the runs that its deletion took along (not those deleted before)."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            if not read_experiment_row(connection, number)["deleted"]:
                raise NotFoundError(f"No deleted Experiment with id={number} exists")
            _touch(connection, number, deleted=0)
            taken_along = and_(runs.c.experiment == number, runs.c.deleted_along == 1)
            _change_runs(connection, taken_along, deleted=0, deleted_along=0, deleted_time=None)

    def set_experiment_tag(self, experiment_id: str, tag: Tag) -> None:
        """Set or overwrite a tag of an active experiment."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            require_active_experiment(connection, number)
            row = {"experiment": number, "key": tag.key, "value": tag.value}
            connection.execute(upsert(connection, experiment_tags, ["value"]), row)
            _touch(connection, number)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            require_active_experiment(connection, number)
            columns = experiment_tags.c
            the_tag = experiment_tags.delete().where(columns.experiment == number, columns.key == key)
            if connection.execute(the_tag).rowcount == 0:
                raise NotFoundError(f"No tag with name: {key} in experiment with id {number}")
            _touch(connection, number)


def _change_runs(connection: Connection, which: ColumnElement[bool], **changes: int | None) -> None:
    changed = list(connection.execute(select(runs.c.id).where(which)).scalars())
    connection.execute(update(runs).where(which).values(**changes))
    stamp_changes(connection, changed)


def insert_experiment(connection: Connection, name: str, artifact_location: str | None = None) -> int | None:
    """Add a row and return its number; None when the name is taken."""
    now = now_ms()
    row = {"name": name, "artifact_location": artifact_location or "", "deleted": 0}
    times = {"creation_time": now, "last_update_time": now}
    if connection.execute(insert_or_ignore(connection, experiments), row | times).rowcount == 0:
        return None
    number: int = connection.execute(select(experiments.c.id).where(experiments.c.name == name)).scalar_one()
    if not artifact_location:
        location = update(experiments).where(experiments.c.id == number)
        connection.execute(location.values(artifact_location=f"mlflow-artifacts:/{number}"))
    return number


def read_experiment_row(connection: Connection, number: int, *, shared: bool = False) -> RowMapping:
    """Read one row; NotFoundError when there is none.

    A writer keeps others from changing the experiment meanwhile, and from reading it for that unless it is shared.
    """
    query = (_SHARED_EXPERIMENT if shared else _HELD_EXPERIMENT) if holds(connection) else _EXPERIMENT
    row = connection.execute(query, {"number": number}).mappings().first()
    if row is None:
        raise NotFoundError(f"No Experiment with id={number} exists")
    return row


def require_active_experiment(connection: Connection, number: int, *, shared: bool = False) -> RowMapping:
    """Read one row; InvalidInputError when the experiment lies in the bin."""
    row = read_experiment_row(connection, number, shared=shared)
    if row["deleted"]:
        raise InvalidInputError(f"The experiment {number} must be in the 'active' state. Current state is deleted.")
    return row


def read_experiment(connection: Connection, number: int) -> Experiment:
    """Read an experiment with its tags; NotFoundError when there is none."""
    return with_tags(connection, [read_experiment_row(connection, number)])[0]


def with_tags(connection: Connection, rows: Iterable[RowMapping]) -> list[Experiment]:
    """Make entities of rows, with one query for the tags of all."""
    kept = list(rows)
    tags: dict[int, list[Tag]] = {row["id"]: [] for row in kept}
    columns = experiment_tags.c
    query = select(columns.experiment, columns.key, columns.value).where(columns.experiment.in_(list(tags)))
    for number, key, value in connection.execute(query.order_by(columns.key)):
        tags[number].append(Tag(key, value))
    return [_entity(row, tags[row["id"]]) for row in kept]


def _entity(row: RowMapping, tags: list[Tag]) -> Experiment:
    return Experiment(
        experiment_id=str(row["id"]),
        name=row["name"],
        artifact_location=row["artifact_location"],
        lifecycle_stage=stage(row["deleted"]),
        creation_time=row["creation_time"],
        last_update_time=row["last_update_time"],
        tags=tuple(tags),
    )


def _touch(connection: Connection, number: int, **changes: str | int) -> None:
    statement = update(experiments).where(experiments.c.id == number)
    connection.execute(statement.values(last_update_time=now_ms(), **changes))

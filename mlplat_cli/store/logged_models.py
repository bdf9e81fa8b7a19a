"""Models as runs logged them. In: typed calls. Out: `LoggedModel` values."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, Table, select, update

from mlplat.names import random_name
from mlplat.rules import NOT_IN_MODEL_NAMES
from mlplat_cli.entities import LoggedModel, LoggedModelStatus, Metric, Param, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.dialects import among, held, insert_or_ignore, upsert
from mlplat_cli.store.experiments import require_active_experiment
from mlplat_cli.store.model_tables import logged_model_params, logged_model_tags, logged_models
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.part import SqlPart, experiment_number, now_ms, stage
from mlplat_cli.store.tables import model_metrics, origins


class NewModel(NamedTuple):
    """A model to be made; `time` is ms since the epoch."""

    model_id: str
    name: str
    model_type: str
    source_run_id: str | None
    time: int
    params: tuple[Param, ...]
    tags: tuple[Tag, ...]


class SqlLoggedModels(SqlPart):
    """Logged models of a SQL store."""

    def create_logged_model(
        self,
        experiment_id: str,
        *,
        name: str | None = None,
        model_type: str | None = None,
        source_run_id: str | None = None,
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> LoggedModel:
        """Make a pending model; a name is made up when none is given."""
        number = experiment_number(experiment_id)
        chosen = random_name() if name is None else _checked_name(name)
        given = (tuple(params), tuple(tags))
        new = NewModel(f"m-{uuid.uuid4().hex}", chosen, model_type or "", source_run_id or None, now_ms(), *given)
        with self._database.write() as connection:
            location = require_active_experiment(connection, number, shared=True)["artifact_location"]
            add_logged_model(connection, number, location, new)
            return _read(connection, self._names, new.model_id)

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Look one up; NotFoundError when there is none or it was deleted."""
        with self._database.read() as connection:
            return _read(connection, self._names, model_id)

    def finalize_logged_model(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """Say that its files are there, or failed to come."""
        with self._database.write() as connection:
            _touch(connection, _require(connection, model_id)["id"], status=status.value)
            return _read(connection, self._names, model_id)

    def delete_logged_model(self, model_id: str) -> None:
        """Put it in the bin."""
        with self._database.write() as connection:
            _touch(connection, _require(connection, model_id)["id"], deleted=1)

    def set_logged_model_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        """Set or overwrite tags."""
        with self._database.write() as connection:
            model = _require(connection, model_id)["id"]
            _set_tags(connection, model, tags)
            _touch(connection, model)
            return _read(connection, self._names, model_id)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        with self._database.write() as connection:
            model = _require(connection, model_id)["id"]
            columns = logged_model_tags.c
            the_tag = logged_model_tags.delete().where(columns.model == model, columns.key == key)
            if connection.execute(the_tag).rowcount == 0:
                raise NotFoundError(f"No tag with key '{key}' found for model with ID '{model_id}'.")
            _touch(connection, model)

    def log_logged_model_params(self, model_id: str, params: Sequence[Param]) -> None:
        """Add parameters; one that exists keeps its value, another value is an InvalidInputError."""
        with self._database.write() as connection:
            model = _require(connection, model_id)["id"]
            _add_params(connection, model, model_id, params)
            _touch(connection, model)


def add_logged_model(connection: Connection, experiment: int, location: str, new: NewModel) -> None:
    """Make a pending model in the experiment of that row id and artifact location."""
    row = {
        "model_id": new.model_id,
        "experiment": experiment,
        "name": new.name,
        "artifact_uri": model_address(experiment, location, new.model_id),
        "creation_time": new.time,
        "last_update_time": new.time,
        "status": LoggedModelStatus.PENDING.value,
        "model_type": new.model_type,
        "source_run_id": new.source_run_id,
        "deleted": 0,
    }
    connection.execute(logged_models.insert(), row)
    model = _require(connection, new.model_id)["id"]
    _add_params(connection, model, new.model_id, new.params)
    _set_tags(connection, model, new.tags)


def finish_logged_model(connection: Connection, model_id: str, status: LoggedModelStatus) -> bool:
    """Say that a model's files are there, or failed to come; false when there is no such model."""
    row = model_row(connection, model_id)
    if row is not None:
        _touch(connection, row["id"], status=status.value)
    return row is not None


def usable_name(name: str) -> str:
    """Return a name that a model may have: as it is, or without the characters that none may hold."""
    kept = "".join("-" if character in NOT_IN_MODEL_NAMES else character for character in name)
    return kept or random_name()


def model_row(connection: Connection, model_id: str) -> RowMapping | None:
    """Read one row, if there is one that is not deleted."""
    query = select(logged_models).where(logged_models.c.model_id == model_id, logged_models.c.deleted == 0)
    return connection.execute(held(connection, query)).mappings().first()


def read_models(connection: Connection, names: Names, rows: Iterable[RowMapping]) -> list[LoggedModel]:
    """Make entities of rows, with one query for each kind of thing that models have."""
    kept = list(rows)
    ids = [row["id"] for row in kept]
    tags, params = _values(connection, logged_model_tags, ids), _values(connection, logged_model_params, ids)
    metrics = _metrics(connection, names, [row["model_id"] for row in kept])
    return [
        _entity(
            row,
            tuple(Tag(*pair) for pair in tags[row["id"]]),
            tuple(Param(*pair) for pair in params[row["id"]]),
            tuple(metrics[row["model_id"]]),
        )
        for row in kept
    ]


def _require(connection: Connection, model_id: str) -> RowMapping:
    row = model_row(connection, model_id)
    if row is None:
        raise NotFoundError(f"Logged model with ID '{model_id}' not found.")
    return row


def _read(connection: Connection, names: Names, model_id: str) -> LoggedModel:
    return read_models(connection, names, [_require(connection, model_id)])[0]


def _checked_name(name: str) -> str:
    if not name or any(character in name for character in NOT_IN_MODEL_NAMES):
        raise InvalidInputError(
            f"Invalid model name ({name!r}) provided. Model name must be a non-empty string and cannot contain the "
            f"following characters: {NOT_IN_MODEL_NAMES}"
        )
    return name


def model_address(experiment: int, location: str, model_id: str) -> str:
    """Say where a new model's files lie in an experiment with that artifact location."""
    # Below the store's own root a model is no part of an experiment: `models/<id>` stays when the experiment goes.
    if location == f"mlflow-artifacts:/{experiment}":
        return f"mlflow-artifacts:/models/{model_id}"
    return f"{location.rstrip('/')}/models/{model_id}/artifacts"


def _add_params(connection: Connection, model: int, model_id: str, params: Sequence[Param]) -> None:
    if not params:
        return
    rows = [{"model": model, "key": param.key, "value": param.value} for param in params]
    connection.execute(insert_or_ignore(connection, logged_model_params), rows)
    stored = dict(_values(connection, logged_model_params, [model])[model])
    for param in params:
        if stored[param.key] != param.value:
            raise InvalidInputError(
                f"Changing param values is not allowed. Param with key='{param.key}' was already logged with "
                f"value='{stored[param.key]}' for model ID='{model_id}'. Attempted logging new value '{param.value}'."
            )


def _set_tags(connection: Connection, model: int, tags: Sequence[Tag]) -> None:
    if tags:
        rows = [{"model": model, "key": tag.key, "value": tag.value} for tag in tags]
        connection.execute(upsert(connection, logged_model_tags, ["value"]), rows)


def _touch(connection: Connection, model: int, **changes: str | int) -> None:
    statement = update(logged_models).where(logged_models.c.id == model)
    connection.execute(statement.values(last_update_time=now_ms(), **changes))


def _values(connection: Connection, table: Table, ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    query = select(table.c.model, table.c.key, table.c.value).where(among(table.c.model, ids))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for model, key, value in connection.execute(query.order_by(table.c.key)):
        found[model].append((key, value))
    return found


def _metrics(connection: Connection, names: Names, model_ids: Sequence[str]) -> Mapping[str, list[Metric]]:
    columns = model_metrics.c
    query = (
        select(origins, columns.key, columns.special, columns.value, columns.timestamp, columns.step)
        .join_from(origins, model_metrics, columns.origin == origins.c.id)
        .where(among(origins.c.model_id, model_ids))
        .order_by(origins.c.id)
    )
    rows = connection.execute(query).all()
    texts = names.texts(connection, (row.key for row in rows))
    found: dict[str, list[Metric]] = defaultdict(list)
    for _, model_id, name, digest, key, special, value, timestamp, step in rows:
        number = to_float(special, value)
        found[model_id].append(Metric(texts[key], number, timestamp, step, model_id, name or None, digest or None))
    return {model_id: sorted(points, key=lambda point: point.key) for model_id, points in found.items()} | {
        model_id: [] for model_id in model_ids if model_id not in found
    }


def _entity(
    row: RowMapping, tags: tuple[Tag, ...], params: tuple[Param, ...], metrics: tuple[Metric, ...]
) -> LoggedModel:
    return LoggedModel(
        model_id=row["model_id"],
        experiment_id=str(row["experiment"]),
        name=row["name"],
        artifact_uri=row["artifact_uri"],
        creation_timestamp_ms=row["creation_time"],
        last_updated_timestamp_ms=row["last_update_time"],
        status=LoggedModelStatus(row["status"]),
        model_type=row["model_type"],
        source_run_id=row["source_run_id"],
        lifecycle_stage=stage(row["deleted"]),
        tags=tags,
        params=params,
        metrics=metrics,
    )

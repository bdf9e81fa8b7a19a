"""Names of the registry and their tags. In: typed calls. Out: `RegisteredModel` values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, select, update

from mlplat_cli.entities import ModelVersion, RegisteredModel, RegistryAction, Tag, WebhookAction
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from mlplat_cli.store.dialects import among, held, insert_or_ignore, upsert
from mlplat_cli.store.gate_rows import remove_gates
from mlplat_cli.store.model_tables import (
    model_aliases,
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.registry_history import close_history, record_change, rename_history
from mlplat_cli.store.version_rows import latest_of_stages, read_versions, require_stage
from mlplat_cli.store.webhook_deliveries import MODEL, MODEL_TAG, announce, shown_tags


class SqlRegisteredModels(SqlPart):
    """Registered models of a SQL store."""

    def create_registered_model(
        self, name: str, *, description: str | None = None, tags: Sequence[Tag] = ()
    ) -> RegisteredModel:
        """Make a name; AlreadyExistsError when taken."""
        with self._database.write() as connection:
            if not add_model(connection, name, description=description, tags=tags):
                raise AlreadyExistsError(f"Registered Model (name={name}) already exists.")
            return _read(connection, name)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Look one up; NotFoundError when there is none."""
        with self._database.read() as connection:
            return _read(connection, name)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Rename; the versions follow."""
        _check_name(new_name)
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            holder = _find(connection, new_name)
            if holder is not None and holder["id"] != model:
                raise AlreadyExistsError(f"Registered Model (name={new_name}) already exists.")
            touch_model(connection, model, name=new_name)
            rename_history(connection, model, new_name)
            record_change(connection, model, new_name, RegistryAction.RENAMED, old=name, new=new_name)
            return _read(connection, new_name)

    def update_registered_model(self, name: str, *, description: str | None) -> RegisteredModel:
        """Change the description."""
        with self._database.write() as connection:
            row, new = require_model(connection, name), description or ""
            record_change(connection, row["id"], name, RegistryAction.DESCRIBED, old=row["description"], new=new)
            touch_model(connection, row["id"], description=new)
            return _read(connection, name)

    def delete_registered_model(self, name: str) -> None:
        """Remove a name with its versions and aliases."""
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            versions = select(model_versions.c.id).where(model_versions.c.model == model)
            connection.execute(model_version_tags.delete().where(model_version_tags.c.version.in_(versions)))
            for table in (model_aliases, registered_model_tags, model_versions):
                connection.execute(table.delete().where(table.c.model == model))
            remove_gates(connection, model)
            record_change(connection, model, name, RegistryAction.DELETED)
            close_history(connection, model)
            connection.execute(registered_models.delete().where(registered_models.c.id == model))

    def latest_versions(self, name: str, stages: Sequence[str] = ()) -> Sequence[ModelVersion]:
        """Return the newest version of each asked-for stage (all when none is named), newest last."""
        wanted = {require_stage(stage) for stage in stages}
        with self._database.read() as connection:
            model = require_model(connection, name)["id"]
            found = read_versions(connection, latest_of_stages(connection, [model]))
            return [version for version in found if not wanted or version.current_stage in wanted]

    def set_registered_model_tag(self, name: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            old = _tag(connection, model, tag.key)
            row = {"model": model, "key": tag.key, "value": tag.value}
            connection.execute(upsert(connection, registered_model_tags, ["value"]), row)
            record_change(connection, model, name, RegistryAction.TAG_SET, key=tag.key, old=old, new=tag.value)
            data = {"name": name, "key": tag.key, "value": tag.value}
            announce(connection, model, MODEL_TAG, WebhookAction.SET, data)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        columns = registered_model_tags.c
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            that = registered_model_tags.delete().where(columns.model == model, columns.key == key)
            old = _tag(connection, model, key)
            if connection.execute(that).rowcount:
                record_change(connection, model, name, RegistryAction.TAG_DELETED, key=key, old=old)
                announce(connection, model, MODEL_TAG, WebhookAction.DELETED, {"name": name, "key": key})


def add_model(connection: Connection, name: str, *, description: str | None = None, tags: Sequence[Tag] = ()) -> bool:
    """Make a name; false, and nothing made, where it is taken.

    Raises:
        InvalidInputError: it is none that a model may have.
    """
    _check_name(name)
    now = now_ms()
    row = {"name": name, "creation_time": now, "last_update_time": now, "description": description or ""}
    if connection.execute(insert_or_ignore(connection, registered_models), row).rowcount == 0:
        return False
    model = require_model(connection, name)["id"]
    if tags:
        rows = [{"model": model, "key": tag.key, "value": tag.value} for tag in tags]
        connection.execute(upsert(connection, registered_model_tags, ["value"]), rows)
    record_change(connection, model, name, RegistryAction.CREATED)
    data = {"name": name, "tags": shown_tags(tags), "description": description}
    announce(connection, model, MODEL, WebhookAction.CREATED, data)
    return True


def require_model(connection: Connection, name: str) -> RowMapping:
    """Read one row; NotFoundError when there is none."""
    row = _find(connection, name)
    if row is None:
        raise NotFoundError(f"Registered Model with name={name} not found")
    return row


def touch_model(connection: Connection, model: int, **changes: str) -> None:
    """Change columns of a model, and the time of its last change."""
    statement = update(registered_models).where(registered_models.c.id == model)
    connection.execute(statement.values(last_update_time=now_ms(), **changes))


def read_models(connection: Connection, rows: Iterable[RowMapping]) -> list[RegisteredModel]:
    """Make entities of rows, with one query for each kind of thing that models have."""
    kept = list(rows)
    ids = [row["id"] for row in kept]
    latest: dict[str, list[ModelVersion]] = defaultdict(list)
    for version in read_versions(connection, latest_of_stages(connection, ids)):
        latest[version.name].append(version)
    tags: dict[int, list[Tag]] = defaultdict(list)
    of_models = select(registered_model_tags).where(among(registered_model_tags.c.model, ids))
    for model, key, value in connection.execute(of_models.order_by(registered_model_tags.c.key)):
        tags[model].append(Tag(key, value))
    aliases: dict[int, list[tuple[str, str]]] = defaultdict(list)
    of_models = select(model_aliases).where(among(model_aliases.c.model, ids))
    for model, alias, number in connection.execute(of_models.order_by(model_aliases.c.alias)):
        aliases[model].append((alias, str(number)))
    return [
        RegisteredModel(
            name=row["name"],
            creation_timestamp=row["creation_time"],
            last_updated_timestamp=row["last_update_time"],
            description=row["description"],
            tags=tuple(tags[row["id"]]),
            latest_versions=tuple(latest[row["name"]]),
            aliases=tuple(aliases[row["id"]]),
        )
        for row in kept
    ]


def _find(connection: Connection, name: str) -> RowMapping | None:
    query = held(connection, select(registered_models).where(registered_models.c.name == name))
    return connection.execute(query).mappings().first()


def _read(connection: Connection, name: str) -> RegisteredModel:
    return read_models(connection, [require_model(connection, name)])[0]


def _tag(connection: Connection, model: int, key: str) -> str | None:
    columns = registered_model_tags.c
    value: str | None = connection.execute(
        select(columns.value).where(columns.model == model, columns.key == key)
    ).scalar()
    return value


def _check_name(name: str) -> None:
    if not name:
        raise InvalidInputError("Registered model name cannot be empty.")
    if "/" in name or ":" in name:
        raise InvalidInputError(f"Invalid model name '{name}'. Names cannot contain '/' or ':'.")

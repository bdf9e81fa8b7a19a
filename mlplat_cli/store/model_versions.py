"""Versions of registered models. In: typed calls. Out: `ModelVersion` values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from mlplat_cli.entities import ModelVersion, RegistryAction, Tag, WebhookAction
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.dialects import upsert
from mlplat_cli.store.gate_keeping import is_held
from mlplat_cli.store.gate_rows import forget_checks
from mlplat_cli.store.model_aliases import require_reason
from mlplat_cli.store.model_sources import resolve_source
from mlplat_cli.store.model_tables import model_aliases, model_version_tags
from mlplat_cli.store.model_tables import model_versions as versions
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.registered_models import require_model, touch_model
from mlplat_cli.store.registry_history import record_change
from mlplat_cli.store.version_rows import read_version_row, read_versions, require_stage, version_query
from mlplat_cli.store.webhook_deliveries import PROMPT_TEXT_TAG, VERSION, VERSION_TAG, announce, shown_tags

_ACTIVE_STAGES = ("Staging", "Production")


class SqlModelVersions(SqlPart):
    """Model versions of a SQL store."""

    def create_model_version(
        self,
        name: str,
        source: str,
        *,
        run_id: str | None = None,
        run_link: str | None = None,
        description: str | None = None,
        model_id: str | None = None,
        tags: Sequence[Tag] = (),
    ) -> ModelVersion:
        """Add the next version; NotFoundError when the name is not registered.

        Args:
            source: URI of the model's folder, `models:/m-ID` or `models:/NAME/VERSION`; the run and the logged
                model behind the last two are looked up when they are not given.
        """
        with self._database.write() as connection:
            number = add_version(
                connection, name, source, run_id, model_id, run_link=run_link, description=description, tags=tags
            )
            return _read(connection, name, number)

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        """Look one up; NotFoundError when there is none."""
        with self._database.read() as connection:
            return _read(connection, name, version)

    def update_model_version(self, name: str, version: str, *, description: str | None) -> ModelVersion:
        """Change the description."""
        with self._database.write() as connection:
            row, new = read_version_row(connection, name, version), description or ""
            _record(connection, row, RegistryAction.DESCRIBED, old=row["description"], new=new)
            _touch(connection, row["id"], description=new)
            return _read(connection, name, version)

    def delete_model_version(self, name: str, version: str) -> None:
        """Remove a version and the aliases that point at it."""
        with self._database.write() as connection:
            row = read_version_row(connection, name, version)
            columns = model_aliases.c
            pointing = columns.model == row["model"], columns.version == row["version"]
            for alias in connection.execute(select(columns.alias).where(*pointing).order_by(columns.alias)).scalars():
                _record(connection, row, RegistryAction.ALIAS_DELETED, key=alias, old=row["version"])
            connection.execute(model_aliases.delete().where(*pointing))
            forget_checks(connection, row["model"], row["version"])
            connection.execute(model_version_tags.delete().where(model_version_tags.c.version == row["id"]))
            connection.execute(versions.delete().where(versions.c.id == row["id"]))
            _record(connection, row, RegistryAction.DELETED, old=row["source"])
            touch_model(connection, row["model"])

    def transition_stage(
        self,
        name: str,
        version: str,
        stage: str,
        *,
        archive_existing: bool,
        reason: str | None = None,
        force: bool = False,
    ) -> ModelVersion:
        """Move a version to a stage, any case; with archive_existing, archive what stood there."""
        target = require_stage(stage)
        require_reason(reason, force=force)
        if archive_existing and target not in _ACTIVE_STAGES:
            raise InvalidInputError(
                "Model version transition cannot archive existing model versions because "
                f"'{target}' is not an Active stage. Valid stages are {list(_ACTIVE_STAGES)}"
            )
        with self._database.write() as connection:
            row = read_version_row(connection, name, version)
            forced = row["stage"] != target and is_held(connection, self._names, row, f"/{target}", force=force)
            if archive_existing:
                _archive(connection, row, target)
            _touch(connection, row["id"], stage=target)
            _record(
                connection, row, RegistryAction.STAGE_SET, old=row["stage"], new=target, reason=reason, forced=forced
            )
            touch_model(connection, row["model"])
            return _read(connection, name, version)

    def set_model_version_tag(self, name: str, version: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        with self._database.write() as connection:
            row = read_version_row(connection, name, version)
            old = _tag(connection, row, tag.key)
            _set_tags(connection, row["id"], [tag])
            _record(connection, row, RegistryAction.TAG_SET, key=tag.key, old=old, new=tag.value)
            data = {"name": name, "version": str(row["version"]), "key": tag.key, "value": tag.value}
            announce(connection, row["model"], VERSION_TAG, WebhookAction.SET, data)

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        columns = model_version_tags.c
        with self._database.write() as connection:
            row = read_version_row(connection, name, version)
            that = model_version_tags.delete().where(columns.version == row["id"], columns.key == key)
            old = _tag(connection, row, key)
            if connection.execute(that).rowcount:
                _record(connection, row, RegistryAction.TAG_DELETED, key=key, old=old)
                data = {"name": name, "version": str(row["version"]), "key": key}
                announce(connection, row["model"], VERSION_TAG, WebhookAction.DELETED, data)


def add_version(
    connection: Connection,
    name: str,
    source: str,
    run_id: str | None,
    model_id: str | None,
    *,
    run_link: str | None = None,
    description: str | None = None,
    tags: Sequence[Tag] = (),
) -> str:
    """Add the next version and return its number; arguments and errors as of `create_model_version`."""
    model = require_model(connection, name)["id"]
    origin = resolve_source(connection, source, run_id or None, model_id or None)
    newest = connection.execute(select(func.max(versions.c.version)).where(versions.c.model == model)).scalar()
    now = now_ms()
    row = {
        "model": model,
        "version": (newest or 0) + 1,
        "creation_time": now,
        "last_update_time": now,
        "description": description or "",
        "stage": "None",
        "source": source,
        "run_id": origin.run_id,
        "run_link": run_link or "",
        "status": "READY",
        "model_id": origin.model_id,
    }
    connection.execute(versions.insert(), row)
    number = str(row["version"])
    _set_tags(connection, read_version_row(connection, name, number)["id"], tags)
    touch_model(connection, model)
    record_change(connection, model, name, RegistryAction.CREATED, version=row["version"], new=source)
    data = {
        "name": name,
        "version": number,
        "source": source,
        "run_id": origin.run_id,
        "template": next((tag.value for tag in tags if tag.key == PROMPT_TEXT_TAG), None),
        "tags": shown_tags(tags),
        "description": description,
    }
    announce(connection, model, VERSION, WebhookAction.CREATED, data)
    return number


def _read(connection: Connection, name: str, version: str) -> ModelVersion:
    return read_versions(connection, [read_version_row(connection, name, version)])[0]


def _record(connection: Connection, row: RowMapping, action: RegistryAction, **change: Any) -> None:
    record_change(connection, row["model"], row["name"], action, version=row["version"], **change)


def _archive(connection: Connection, row: RowMapping, stage: str) -> None:
    """Archive what stands in a stage besides a version."""
    others = versions.c.model == row["model"], versions.c.stage == stage, versions.c.id != row["id"]
    for other in connection.execute(version_query().where(*others).order_by(versions.c.version)).mappings().all():
        _record(connection, other, RegistryAction.STAGE_SET, old=stage, new="Archived")
    connection.execute(update(versions).where(*others).values(stage="Archived", last_update_time=now_ms()))


def _tag(connection: Connection, row: RowMapping, key: str) -> str | None:
    columns = model_version_tags.c
    query = select(columns.value).where(columns.version == row["id"], columns.key == key)
    value: str | None = connection.execute(query).scalar()
    return value


def _touch(connection: Connection, version: int, **changes: str) -> None:
    statement = update(versions).where(versions.c.id == version)
    connection.execute(statement.values(last_update_time=now_ms(), **changes))


def _set_tags(connection: Connection, version: int, tags: Sequence[Tag]) -> None:
    if tags:
        rows = [{"version": version, "key": tag.key, "value": tag.value} for tag in tags]
        connection.execute(upsert(connection, model_version_tags, ["value"]), rows)

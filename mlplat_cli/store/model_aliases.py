"""Aliases of registered models. In: typed calls. Out: where they point; every move is kept in the history."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, func, select

from mlplat_cli.entities import ModelVersion, RegistryAction, WebhookAction
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.dialects import upsert
from mlplat_cli.store.gate_keeping import is_held
from mlplat_cli.store.model_tables import model_aliases, model_versions
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.registered_models import require_model
from mlplat_cli.store.registry_history import has_stood, record_change
from mlplat_cli.store.version_rows import LATEST, check_alias, read_version_row, read_versions
from mlplat_cli.store.webhook_deliveries import ALIAS, announce

_COLUMNS = model_aliases.c


class SqlModelAliases(SqlPart):
    """Aliases of a SQL store."""

    def set_alias(self, name: str, alias: str, version: str, *, reason: str | None = None, force: bool = False) -> None:
        """Point an alias at a version; InvalidInputError for a name that means something else."""
        check_alias(alias)
        require_reason(reason, force=force)
        with self._database.write() as connection:
            row = _held_version(connection, name, version)
            old = _target(connection, row["model"], alias)
            forced = old != row["version"] and is_held(connection, self._names, row, f"@{alias}", force=force)
            _point(connection, row, alias)
            record_change(
                connection,
                row["model"],
                name,
                RegistryAction.ALIAS_SET,
                version=row["version"],
                key=alias,
                old=old,
                new=row["version"],
                reason=reason,
                forced=forced,
            )

    def roll_back_alias(self, name: str, alias: str, version: str, *, reason: str | None = None) -> None:
        """Point an alias at a version at which it pointed before."""
        check_alias(alias)
        with self._database.write() as connection:
            row = _held_version(connection, name, version)
            if not has_stood(connection, row["model"], alias, row["version"]):
                raise InvalidInputError(f"{name}@{alias} never pointed at version {version}")
            old = _target(connection, row["model"], alias)
            _point(connection, row, alias)
            record_change(
                connection,
                row["model"],
                name,
                RegistryAction.ALIAS_ROLLED_BACK,
                version=row["version"],
                key=alias,
                old=old,
                new=row["version"],
                reason=reason,
            )

    def delete_alias(self, name: str, alias: str) -> None:
        """Remove an alias; no error when it is not there."""
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            old = _target(connection, model, alias)
            that = model_aliases.delete().where(_COLUMNS.model == model, _COLUMNS.alias == alias)
            if connection.execute(that).rowcount:
                record_change(connection, model, name, RegistryAction.ALIAS_DELETED, key=alias, old=old)
                announce(connection, model, ALIAS, WebhookAction.DELETED, {"name": name, "alias": alias})

    def version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Follow an alias, or `latest` to the newest version; InvalidInputError when there is none, as in MLflow."""
        with self._database.read() as connection:
            model = require_model(connection, name)["id"]
            if alias.lower() == LATEST:
                query = select(func.max(model_versions.c.version)).where(model_versions.c.model == model)
                version = connection.execute(query).scalar()
            else:
                version = _target(connection, model, alias)
            if version is None:
                raise InvalidInputError(f"Registered model alias {alias} not found.")
            return read_versions(connection, [read_version_row(connection, name, str(version))])[0]


def require_reason(reason: str | None, *, force: bool) -> None:
    """Refuse to pass over a gate without a word; InvalidInputError."""
    if force and not (reason or "").strip():
        raise InvalidInputError("whoever passes over a gate says why", hint="give a reason")


def _held_version(connection: Connection, name: str, version: str) -> RowMapping:
    require_model(connection, name)  # holds the model, so that the history is in the order of the moves
    return read_version_row(connection, name, version)


def _target(connection: Connection, model: int, alias: str) -> int | None:
    query = select(_COLUMNS.version).where(_COLUMNS.model == model, _COLUMNS.alias == alias)
    found: int | None = connection.execute(query).scalar()
    return found


def _point(connection: Connection, row: RowMapping, alias: str) -> None:
    target = {"model": row["model"], "alias": alias, "version": row["version"]}
    connection.execute(upsert(connection, model_aliases, ["version"]), target)
    data = {"name": row["name"], "alias": alias, "version": str(row["version"])}
    announce(connection, row["model"], ALIAS, WebhookAction.CREATED, data)

"""The registry of elsewhere. In: a name and its versions. Out: rows with the same numbers, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from mlplat_cli.entities import ModelVersion, RegisteredModel, RegistryAction, Tag, Taken
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.dialects import held, insert_or_ignore
from mlplat_cli.store.model_tables import (
    model_aliases,
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.registry_history import record_change
from mlplat_cli.store.version_rows import require_stage

_REASON = "imported"


class SqlRegistryIntake(SqlPart):
    """Intake of registered models into a SQL store."""

    def take_registered_model(self, given: RegisteredModel, versions: Sequence[ModelVersion] = ()) -> Taken:
        """Keep a name of the registry with its tags and aliases, and versions with theirs."""
        with self._database.write() as connection:
            added = connection.execute(insert_or_ignore(connection, registered_models), _model_row(given)).rowcount == 1
            query = select(registered_models.c.id).where(registered_models.c.name == given.name)
            model: int = connection.execute(held(connection, query)).scalar_one()
            if added:
                record_change(connection, model, given.name, RegistryAction.CREATED, reason=_REASON)
            changed = _add_tags(connection, registered_model_tags, {"model": model}, given.tags)
            stored = {row["version"]: row for row in connection.execute(_versions(model)).mappings()}
            kept, fresh = [], 0
            for version in versions:
                number = _number(version)
                if number in stored and not _is_same(stored[number], version):
                    kept.append(f"version {number} of model {given.name!r}")
                    continue
                if number not in stored:
                    fresh += 1
                    _record_version(connection, model, version, number)
                changed |= _take_version(connection, model, number, version)
            changed |= _take_aliases(connection, model, given, kept)
        changed |= fresh > 0
        return Taken(added=added, changed=changed and not added, parts=fresh, kept=tuple(kept))


def _model_row(given: RegisteredModel) -> Mapping[str, Any]:
    return {
        "name": given.name,
        "creation_time": given.creation_timestamp,
        "last_update_time": given.last_updated_timestamp,
        "description": given.description,
    }


def _versions(model: int) -> Any:
    columns = model_versions.c
    return select(columns.version, columns.creation_time, columns.run_id).where(columns.model == model)


def _number(version: ModelVersion) -> int:
    number = parse_digits(version.version)
    if number is None:
        raise InvalidInputError(f"version {version.version!r} of model {version.name!r} is not a number")
    return number


def _record_version(connection: Connection, model: int, version: ModelVersion, number: int) -> None:
    record_change(
        connection,
        model,
        version.name,
        RegistryAction.CREATED,
        version=number,
        new=version.source,
        reason=_REASON,
    )


def _is_same(row: RowMapping, version: ModelVersion) -> bool:
    return (row["creation_time"], row["run_id"]) == (version.creation_timestamp, version.run_id)


def _take_version(connection: Connection, model: int, number: int, version: ModelVersion) -> bool:
    row = {
        "model": model,
        "version": number,
        "creation_time": version.creation_timestamp,
        "last_update_time": version.last_updated_timestamp,
        "description": version.description,
        "user_id": version.user_id,
        "stage": require_stage(version.current_stage),
        "source": version.source,
        "run_id": version.run_id,
        "run_link": version.run_link,
        "status": version.status,
        "status_message": version.status_message,
        "model_id": version.model_id,
    }
    connection.execute(insert_or_ignore(connection, model_versions), row)
    columns = model_versions.c
    its_row = select(columns.id).where(columns.model == model, columns.version == number)
    identity = connection.execute(its_row).scalar_one()
    return _add_tags(connection, model_version_tags, {"version": identity}, version.tags)


def _take_aliases(connection: Connection, model: int, given: RegisteredModel, kept: list[str]) -> bool:
    columns = model_aliases.c
    stored = dict(connection.execute(select(columns.alias, columns.version).where(columns.model == model)).all())
    there = {row.version for row in connection.execute(_versions(model))}
    fresh: list[dict[str, Any]] = []
    for alias, version in given.aliases:
        number = parse_digits(version)
        if stored.get(alias, number) != number:
            kept.append(f"alias {alias!r} of model {given.name!r}")
        elif alias not in stored and number in there:
            fresh.append({"model": model, "alias": alias, "version": number})
    if fresh:
        connection.execute(model_aliases.insert(), fresh)
    for row in fresh:
        alias, number = row["alias"], row["version"]
        record_change(
            connection,
            model,
            given.name,
            RegistryAction.ALIAS_SET,
            version=number,
            key=alias,
            new=number,
            reason=_REASON,
        )
    return bool(fresh)


def _add_tags(connection: Connection, table: Table, owner: Mapping[str, int], tags: Sequence[Tag]) -> bool:
    rows = [{**owner, "key": tag.key, "value": tag.value} for tag in tags]
    return bool(rows) and connection.execute(insert_or_ignore(connection, table), rows).rowcount > 0

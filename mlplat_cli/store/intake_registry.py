"""The registry of elsewhere. In: a name, its versions and past. Out: rows with the same numbers, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from mlplat_cli.entities import Gate, ModelVersion, RegisteredModel, RegistryPast, Tag, Taken
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.dialects import insert_or_ignore
from mlplat_cli.store.intake_gates import take_gates
from mlplat_cli.store.intake_marks import Fresh, mark_imported
from mlplat_cli.store.intake_past import Standing, fitting_changes, merge_changes, read_changes
from mlplat_cli.store.model_tables import (
    model_aliases,
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.registered_models import read_models, require_model
from mlplat_cli.store.version_rows import read_versions, require_stage, version_query


class SqlRegistryIntake(SqlPart):
    """Intake of registered models into a SQL store."""

    def take_registered_model(
        self, given: RegisteredModel, versions: Sequence[ModelVersion] = (), past: RegistryPast | None = None
    ) -> Taken:
        """Keep a name of the registry with its tags and aliases, versions with theirs, and its past."""
        with self._database.write() as connection:
            added = connection.execute(insert_or_ignore(connection, registered_models), _model_row(given)).rowcount == 1
            model: int = require_model(connection, given.name)["id"]
            changed = _add_tags(connection, registered_model_tags, {"model": model}, given.tags)
            stored = {row["version"]: row for row in connection.execute(_versions(model)).mappings()}
            kept: list[str] = []
            others, fresh = set(), []
            for version in versions:
                number = _number(version)
                if number in stored and not _is_same(stored[number], version):
                    kept.append(f"version {number} of model {given.name!r}")
                    others.add(str(number))
                    continue
                if number not in stored:
                    fresh.append(version)
                changed |= _take_version(connection, model, number, version)
            aliases = _take_aliases(connection, model, given, kept)
            changes, gates = 0, list[Gate]()
            if past is not None:
                given_here = Standing(given, versions)
                others |= {str(number) for number in stored} - given_here.versions.keys()
                gates = take_gates(connection, model, given.name, past, given_here.versions.keys() - others)
                changes = _take_changes(connection, model, given_here, past, added=added, others=others)
            mark_imported(connection, model, given.name, Fresh(added, fresh, aliases, gates))
        changed |= bool(fresh or aliases or changes or gates)
        return Taken(
            added=added,
            changed=changed and not added,
            parts=len(fresh),
            changes=changes,
            gates=len(gates),
            kept=tuple(kept),
        )


def _take_changes(
    connection: Connection, model: int, there: Standing, past: RegistryPast, *, added: bool, others: Set[str]
) -> int:
    name = there.model.name
    rows = connection.execute(version_query().where(model_versions.c.model == model)).mappings().all()
    here = Standing(read_models(connection, [require_model(connection, name)])[0], read_versions(connection, rows))
    stored = read_changes(connection, name)
    fitting = fitting_changes(past.changes, stored, there, here, added=added, others=others)
    return merge_changes(connection, model, name, stored, fitting)


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


def _take_aliases(connection: Connection, model: int, given: RegisteredModel, kept: list[str]) -> Mapping[str, int]:
    """Keep aliases; returns the new ones."""
    columns = model_aliases.c
    stored = dict(connection.execute(select(columns.alias, columns.version).where(columns.model == model)).all())
    there = {row.version for row in connection.execute(_versions(model))}
    fresh: dict[str, int] = {}
    for alias, version in given.aliases:
        number = parse_digits(version)
        if stored.get(alias, number) != number:
            kept.append(f"alias {alias!r} of model {given.name!r}")
        elif alias not in stored and number is not None and number in there:
            fresh[alias] = number
    if fresh:
        rows = [{"model": model, "alias": alias, "version": number} for alias, number in fresh.items()]
        connection.execute(model_aliases.insert(), rows)
    return fresh


def _add_tags(connection: Connection, table: Table, owner: Mapping[str, int], tags: Sequence[Tag]) -> bool:
    rows = [{**owner, "key": tag.key, "value": tag.value} for tag in tags]
    return bool(rows) and connection.execute(insert_or_ignore(connection, table), rows).rowcount > 0

"""Rows of model versions. In: models and numbers. Out: rows, and `ModelVersion` values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, tuple_

from mlplat_cli.entities import ModelVersion, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.dialects import among, held
from mlplat_cli.store.model_tables import model_aliases, model_version_tags, model_versions, registered_models
from mlplat_cli.store.numbers import parse_digits

LATEST = "latest"
"""Stands for the newest version where an alias stands, and is none itself."""

STAGES = ("None", "Staging", "Production", "Archived")


_ALIAS = re.compile(r"[\w-]{1,255}")
_VERSION_ALIAS = re.compile(r"[vV][0-9]+")


def version_query() -> Select[Any]:
    """Select whole rows, with the model's name as `name`."""
    return select(model_versions, registered_models.c.name).join_from(
        model_versions, registered_models, model_versions.c.model == registered_models.c.id
    )


def read_version_row(connection: Connection, name: str, version: str) -> RowMapping:
    """Read one row; NotFoundError when there is none, InvalidInputError when the version is no number."""
    number = parse_digits(version)
    if number is None:
        raise InvalidInputError(f"Model version must be an integer, got '{version}'")
    query = version_query().where(registered_models.c.name == name, model_versions.c.version == number)
    row = connection.execute(held(connection, query)).mappings().first()
    if row is None:
        raise NotFoundError(f"Model Version (name={name}, version={version}) not found")
    return row


def latest_of_stages(connection: Connection, models: Sequence[int]) -> Sequence[RowMapping]:
    """Read the newest version of each stage of each model, by number."""
    columns = model_versions.c
    newest = select(columns.model, func.max(columns.version)).where(among(columns.model, models))
    newest = newest.group_by(columns.model, columns.stage)
    query = version_query().where(tuple_(columns.model, columns.version).in_(newest))
    query = query.order_by(columns.model, columns.version)
    return connection.execute(query).mappings().all()


def read_versions(connection: Connection, rows: Iterable[RowMapping]) -> list[ModelVersion]:
    """Make entities of rows that `version_query` selects, with one query for tags and one for aliases."""
    kept = list(rows)
    tags: dict[int, list[Tag]] = defaultdict(list)
    columns = model_version_tags.c
    query = select(model_version_tags).where(among(columns.version, [row["id"] for row in kept]))
    for version, key, value in connection.execute(query.order_by(columns.key)):
        tags[version].append(Tag(key, value))
    aliases: dict[tuple[int, int], list[str]] = defaultdict(list)
    of_models = among(model_aliases.c.model, sorted({row["model"] for row in kept}))
    for model, alias, number in connection.execute(select(model_aliases).where(of_models).order_by("alias")):
        aliases[model, number].append(alias)
    return [_entity(row, tags[row["id"]], aliases[row["model"], row["version"]]) for row in kept]


def require_stage(stage: str) -> str:
    """Return a stage's own spelling; InvalidInputError when it is none."""
    for known in STAGES:
        if known.lower() == stage.lower():
            return known
    raise InvalidInputError(f"Invalid Model Version stage: {stage}. Value must be one of {', '.join(STAGES)}.")


def check_alias(alias: str) -> None:
    """Refuse what means something else, or cannot be an alias; InvalidInputError."""
    if alias.lower() == LATEST:
        raise InvalidInputError("'latest' alias name (case insensitive) is reserved.")
    if _VERSION_ALIAS.fullmatch(alias):
        raise InvalidInputError(f"Version alias name '{alias}' is reserved.")
    if not _ALIAS.fullmatch(alias):
        raise InvalidInputError(
            f"Invalid alias name: '{alias}'", hint="letters, digits, '_' and '-', at most 255 characters"
        )


def _entity(row: RowMapping, tags: Sequence[Tag], aliases: Sequence[str]) -> ModelVersion:
    return ModelVersion(
        name=row["name"],
        version=str(row["version"]),
        creation_timestamp=row["creation_time"],
        last_updated_timestamp=row["last_update_time"],
        source=row["source"],
        current_stage=row["stage"],
        description=row["description"],
        user_id=row["user_id"],
        run_id=row["run_id"],
        run_link=row["run_link"],
        status=row["status"],
        status_message=row["status_message"],
        model_id=row["model_id"],
        tags=tuple(tags),
        aliases=tuple(aliases),
    )

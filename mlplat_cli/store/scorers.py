"""Scorers and their versions. In: typed calls. Out: `Scorer` values."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, tuple_

from mlplat_cli.entities import Scorer
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.dialects import among, held, insert_or_ignore
from mlplat_cli.store.evaluation_tables import scorer_versions, scorers
from mlplat_cli.store.experiments import read_experiment_row, require_active_experiment
from mlplat_cli.store.part import SqlPart, experiment_number, now_ms

_SCORERS, _VERSIONS = scorers.c, scorer_versions.c


class SqlScorers(SqlPart):
    """Scorers of a SQL store."""

    def register_scorer(self, experiment_id: str, name: str, serialized: str) -> Scorer:
        """Add the next version of a scorer of an active experiment."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            require_active_experiment(connection, number, shared=True)
            identity = {"scorer_id": str(uuid.uuid4()), "experiment": number, "name": name}
            connection.execute(insert_or_ignore(connection, scorers), identity)
            scorer = _require(connection, number, name)["id"]
            newest = select(func.max(_VERSIONS.version)).where(_VERSIONS.scorer == scorer)
            version = (connection.execute(newest).scalar() or 0) + 1
            row = {"scorer": scorer, "version": version, "serialized": serialized, "creation_time": now_ms()}
            connection.execute(scorer_versions.insert(), row)
            return _read(connection, number, name, version)

    def list_scorers(self, experiment_ids: Sequence[str] = ()) -> Sequence[Scorer]:
        """Return each scorer's newest version by name; of all experiments when none is named."""
        numbers = [experiment_number(each) for each in experiment_ids]
        newest = select(_VERSIONS.scorer, func.max(_VERSIONS.version)).group_by(_VERSIONS.scorer)
        query = _query().where(tuple_(_VERSIONS.scorer, _VERSIONS.version).in_(newest))
        if numbers:
            query = query.where(among(_SCORERS.experiment, numbers))
        with self._database.read() as connection:
            return _entities(connection, query.order_by(_SCORERS.name, _SCORERS.experiment))

    def scorer_versions(self, experiment_id: str, name: str) -> Sequence[Scorer]:
        """Return all versions of one, oldest first."""
        number = experiment_number(experiment_id)
        with self._database.read() as connection:
            scorer = _require(connection, number, name)["id"]
            found = _entities(connection, _query().where(_SCORERS.id == scorer).order_by(_VERSIONS.version))
            if not found:
                raise _missing(number, name)
            return found

    def get_scorer(self, experiment_id: str, name: str, version: int | None = None) -> Scorer:
        """Look up a version, the newest unless one is named."""
        with self._database.read() as connection:
            return _read(connection, experiment_number(experiment_id), name, version)

    def delete_scorer(self, experiment_id: str, name: str, version: int | None = None) -> None:
        """Remove a version, or all of them."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            scorer = _require(connection, number, name)["id"]
            _read(connection, number, name, version)
            those = scorer_versions.delete().where(_VERSIONS.scorer == scorer)
            connection.execute(those if version is None else those.where(_VERSIONS.version == version))


def _require(connection: Connection, experiment: int, name: str) -> RowMapping:
    query = select(scorers).where(_SCORERS.experiment == experiment, _SCORERS.name == name)
    row = connection.execute(held(connection, query)).mappings().first()
    if row is None:
        read_experiment_row(connection, experiment)
        raise _missing(experiment, name)
    return row


def _missing(experiment: int, name: str, version: int | None = None) -> NotFoundError:
    which = "" if version is None else f" and version {version}"
    return NotFoundError(f"Scorer with name '{name}'{which} not found for experiment {experiment}.")


def _read(connection: Connection, experiment: int, name: str, version: int | None) -> Scorer:
    query = _query().where(_SCORERS.id == _require(connection, experiment, name)["id"])
    if version is not None:
        query = query.where(_VERSIONS.version == version)
    found = _entities(connection, query.order_by(_VERSIONS.version.desc()).limit(1))
    if not found:
        raise _missing(experiment, name, version)
    return found[0]


def _query() -> Select[Any]:
    columns = (_SCORERS.scorer_id, _SCORERS.experiment, _SCORERS.name)
    versions = (_VERSIONS.version, _VERSIONS.serialized, _VERSIONS.creation_time)
    return select(*columns, *versions).join_from(scorers, scorer_versions, _VERSIONS.scorer == _SCORERS.id)


def _entities(connection: Connection, query: Select[Any]) -> list[Scorer]:
    return [
        Scorer(
            scorer_id=row["scorer_id"],
            experiment_id=str(row["experiment"]),
            name=row["name"],
            version=row["version"],
            serialized=row["serialized"],
            creation_time=row["creation_time"],
        )
        for row in connection.execute(query).mappings()
    ]

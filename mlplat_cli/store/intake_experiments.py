"""Experiments from elsewhere. In: whole entities. Out: rows with the same numbers, where those are free."""

from __future__ import annotations

from sqlalchemy import Connection, select

from mlplat_cli.entities import Experiment, LifecycleStage, Taken
from mlplat_cli.store.dialects import insert_or_ignore, restart_numbering
from mlplat_cli.store.experiments import read_experiment
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.tables import experiment_tags, experiments
from mlplat_cli.wire import limits

_GREATEST_NUMBER = 10**18
"""Of an experiment that keeps its number: those of folders have 18 digits, and there must be room for later ones."""


class SqlExperimentIntake(SqlPart):
    """Intake of experiments into a SQL store."""

    def take_experiment(self, given: Experiment) -> tuple[Experiment, Taken]:
        """Keep an experiment; one of the same name, deleted or not, is the same."""
        limits.experiment_name(given.name)
        with self._database.write() as connection:
            by_name = select(experiments.c.id).where(experiments.c.name == given.name)
            number = connection.execute(by_name).scalar()
            is_new = number is None
            if number is None:
                _insert(connection, given)
                number = connection.execute(by_name).scalar_one()
                _place(connection, number, given)
            tags = [{"experiment": number, "key": tag.key, "value": tag.value} for tag in given.tags]
            fresh = connection.execute(insert_or_ignore(connection, experiment_tags), tags).rowcount if tags else 0
            taken = Taken(added=is_new, changed=not is_new and fresh > 0)
            return read_experiment(connection, number), taken


def _insert(connection: Connection, given: Experiment) -> None:
    row = {
        "name": given.name,
        "artifact_location": given.artifact_location,
        "deleted": int(given.lifecycle_stage is LifecycleStage.DELETED),
        "creation_time": given.creation_time,
        "last_update_time": given.last_update_time,
    }
    number = parse_digits(given.experiment_id)
    insert = insert_or_ignore(connection, experiments)
    if number is not None and number < _GREATEST_NUMBER:
        kept = connection.execute(insert, row | {"id": number}).rowcount == 1
        restart_numbering(connection, experiments)
        if kept:
            return
    connection.execute(insert, row)


def _place(connection: Connection, number: int, given: Experiment) -> None:
    if not given.artifact_location:
        change = experiments.update().where(experiments.c.id == number)
        connection.execute(change.values(artifact_location=f"mlflow-artifacts:/{number}"))

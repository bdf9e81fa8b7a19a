"""Artifacts that moved. In: whose they are and where they lie now. Out: rows that say so."""

from __future__ import annotations

from sqlalchemy import select, update

from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.experiments import read_experiment_row
from mlplat_cli.store.model_tables import logged_models, model_versions
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.run_rows import change_run, read_run_row
from mlplat_cli.store.tables import experiments
from mlplat_cli.store.version_rows import read_version_row


class SqlAddressIntake(SqlPart):
    """New addresses in a SQL store; times of changes stay as they are."""

    def place_experiment(self, experiment_id: str, artifact_location: str) -> None:
        """Say where the artifacts of an experiment's later runs go; NotFoundError when there is none."""
        number = experiment_number(experiment_id)
        with self._database.write() as connection:
            read_experiment_row(connection, number)
            change = update(experiments).where(experiments.c.id == number)
            connection.execute(change.values(artifact_location=artifact_location))

    def place_run(self, run_id: str, artifact_uri: str) -> None:
        """Say where the artifacts of a run lie now; NotFoundError when there is none."""
        with self._database.write() as connection:
            change_run(connection, read_run_row(connection, run_id)["id"], artifact_uri=artifact_uri)

    def place_logged_model(self, model_id: str, artifact_uri: str) -> None:
        """Say where the files of a logged model lie now; NotFoundError when there is none."""
        its_row = logged_models.c.model_id == model_id
        with self._database.write() as connection:
            if connection.execute(select(logged_models.c.id).where(its_row)).first() is None:
                raise NotFoundError(f"Logged model with ID '{model_id}' not found.")
            connection.execute(update(logged_models).where(its_row).values(artifact_uri=artifact_uri))

    def place_model_version(self, name: str, version: str, source: str) -> None:
        """Say where the files of a version lie now; NotFoundError when there is none."""
        with self._database.write() as connection:
            row = read_version_row(connection, name, version)
            connection.execute(update(model_versions).where(model_versions.c.id == row["id"]).values(source=source))

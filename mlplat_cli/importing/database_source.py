"""A database of MLflow, 1.27 or later: SQLite, PostgreSQL, MySQL or MariaDB. In: its address. Out: a `Source`.

Versions differ in tables and columns, so both are asked for and never assumed. Nothing is locked for long: a
transaction reads one batch of runs, or one stretch of points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mlplat_cli.artifacts import LocalRepository
from mlplat_cli.artifacts.address import PROXIED
from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.entities import Experiment, LoggedModel, Metric, Run, Scorer, Trace
from mlplat_cli.errors import InvalidInputError, MlplatError
from mlplat_cli.importing import values
from mlplat_cli.importing.database_evaluations import read_example_sets, read_scorers
from mlplat_cli.importing.database_models import read_logged_models, read_registry
from mlplat_cli.importing.database_points import read_points
from mlplat_cli.importing.database_runs import read_runs
from mlplat_cli.importing.database_tables import PAGE, Row, Tables, in_workspace, read_tables
from mlplat_cli.importing.database_traces import read_traces
from mlplat_cli.importing.places import Places, scheme
from mlplat_cli.importing.source import Complaints, ExampleSet, RegistryEntry
from mlplat_cli.store.database import Database
from mlplat_cli.store.opening import open_database
from mlplat_cli.store.schema import stored_revision

_OUR_REVISIONS = 4
"""How many digits the name of one of our own schema's revisions has."""


class DatabaseSource:
    """A database that MLflow's SQL store wrote.

    Args:
        tables: what it has. places: finds artifacts. complain: is told what cannot be read.
    """

    def __init__(self, database: Database, tables: Tables, places: Places, complain: Complaints) -> None:
        self.place = database.place
        self._database = database
        self._tables = tables
        self._places = places
        self._complain = complain
        self._said = False

    def experiments(self) -> Iterator[Experiment]:
        """Every experiment, deleted ones too."""
        with self._database.read() as connection:
            tags = self._tables.grouped(connection, "experiment_tags", "experiment_id")
            started = self._tables.least(connection, "runs", "experiment_id", "start_time")
            rows = self._tables.rows(connection, "experiments", order=["experiment_id"])
        for row in rows:
            number = row["experiment_id"]
            created = values.moment(row["creation_time"]) or started.get(number) or 0
            yield Experiment(
                experiment_id=str(number),
                name=in_workspace(row, row["name"], "/"),
                artifact_location=values.text(row["artifact_location"]),
                lifecycle_stage=values.stage(row["lifecycle_stage"]),
                creation_time=created,
                last_update_time=values.moment(row["last_update_time"]) or created,
                tags=values.tags({each["key"]: each["value"] for each in tags[number]}),
            )

    def runs(self, experiment: Experiment) -> Iterator[Run]:
        """Every run of an experiment, deleted ones too, by id."""
        for rows in self._pages("runs", "run_uuid", experiment):
            with self._database.read() as connection:
                found = read_runs(connection, self._tables, rows, self._complain)
            yield from found

    def points(self, run: Run) -> Iterator[Sequence[Metric]]:
        """Every point of a run's metrics."""
        with self._database.read() as connection:
            yield from read_points(connection, self._tables, run.info.run_id)

    def logged_models(self, experiment: Experiment) -> Iterator[LoggedModel]:
        """Every logged model of an experiment, deleted ones too."""
        with self._database.read() as connection:
            found = read_logged_models(connection, self._tables, int(experiment.experiment_id), self._complain)
        yield from found

    def traces(self, experiment: Experiment) -> Iterator[Trace]:
        """Every trace of an experiment with its spans and assessments, by id."""
        if not self._tables.columns("trace_info"):
            return
        for rows in self._pages("trace_info", "request_id", experiment):
            with self._database.read() as connection:
                found = read_traces(connection, self._tables, rows, self._place, self._complain)
            yield from found

    def _pages(self, name: str, key: str, experiment: Experiment) -> Iterator[Sequence[Row]]:
        last = ""
        while True:
            with self._database.read() as connection:
                rows = self._tables.page(connection, name, key, int(experiment.experiment_id), last)
            yield rows
            if len(rows) < PAGE:
                return
            last = rows[-1][key]

    def _place(self, address: str) -> Path | None:
        return self._places.find(address) if self.holds(address) else None

    def scorers(self, experiment: Experiment) -> Sequence[Scorer]:
        """Every version of every scorer of an experiment."""
        with self._database.read() as connection:
            return read_scorers(connection, self._tables, int(experiment.experiment_id))

    def example_sets(self) -> Iterator[ExampleSet]:
        """Every evaluation dataset."""
        with self._database.read() as connection:
            yield from read_example_sets(connection, self._tables)

    def registry(self) -> Iterator[RegistryEntry]:
        """Every registered model."""
        with self._database.read() as connection:
            found = read_registry(connection, self._tables)
        yield from found

    def holds(self, address: str) -> bool:
        """Tell whether artifacts at an address can be read here."""
        found = self._places.holds(address)
        if not found and scheme(address) == PROXIED and not self._said:
            self._said = True
            self._complain(
                "artifacts at mlflow-artifacts: addresses are left out: --artifact-root says which folder they are in"
            )
        return found

    def run_artifacts(self, run: Run) -> ReadableArtifacts:
        """Open the artifacts of a run."""
        return LocalRepository(self._places.find(run.info.artifact_uri))

    def model_artifacts(self, model: LoggedModel) -> ReadableArtifacts:
        """Open the files of a logged model."""
        return LocalRepository(self._places.find(model.artifact_uri))

    def close(self) -> None:
        """Give connections back."""
        self._database.close()


def open_database_source(uri: str, base: Path, artifact_root: Path | None, complain: Complaints) -> DatabaseSource:
    """Open a database of MLflow; nothing in it is changed.

    Args:
        uri: `sqlite:///…` of a file that is there, or a server's address.
        base: the folder that relative addresses of artifacts start from.

    Raises:
        InvalidInputError: it is no database of MLflow's. StoreError: it cannot be read.
    """
    database = open_database(uri)
    try:
        revision = stored_revision(database)
        with database.read() as connection:
            tables = read_tables(connection)
        _require_mlflow(database.place, revision, tables)
    except BaseException as error:
        database.close()
        if isinstance(error, MlplatError) and "of something else" in error.message:
            raise InvalidInputError(f"{database.place} is no database of MLflow's") from error
        raise
    return DatabaseSource(database, tables, Places(base, artifact_root), complain)


def _require_mlflow(place: str, revision: str | None, tables: Tables) -> None:
    if revision is not None and revision.isdigit() and len(revision) == _OUR_REVISIONS:
        raise InvalidInputError(f"{place} is a store of mlplat, not a database of MLflow's", hint="name its folder")
    if "run_uuid" not in tables.columns("runs") or "experiment_id" not in tables.columns("experiments"):
        raise InvalidInputError(f"{place} is no database of MLflow's")

"""What real versions of mlflow recorded, imported and read back by a real mlflow, field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.compat.conftest import environment
from tests.e2e.served_store import ServedStore
from tests.e2e.tool import Tool, clean_environment
from tests.importing.stock import Stock
from tests.servers.databases import Server

pytestmark = pytest.mark.slow

NONE_NEW = {"added": 0, "changed": 0}


@dataclass
class Destination:
    """An empty folder in which `mlplat` is typed."""

    tool: Tool
    reader: Stock

    def imported(self, *words: object, code: int = 0) -> dict[str, Any]:
        outcome: dict[str, Any] = self.tool("import", *words, "--json", code=code).json()
        return outcome

    def read(self) -> dict[str, Any]:
        """Read the store back through `mlplat server`."""
        served = ServedStore(self.tool, self.tool.folder / ".mlplat")
        served.start()
        try:
            return self.reader.read(served.url, self.tool.folder / "here.json")
        finally:
            assert served.stop() == 0


@pytest.fixture(scope="module")
def stock(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stock]:
    def make(name: str) -> Stock:
        return Stock(environment(request.config, name), tmp_path_factory.mktemp(name))

    return make


@pytest.fixture
def destination(stock: Callable[[str], Stock], tmp_path: Path) -> Destination:
    tool = Tool(tmp_path, clean_environment(tmp_path / "cache", tmp_path / "config"))
    return Destination(tool, stock("current"))


@pytest.fixture(scope="module")
def database(stock: Callable[[str], Stock]) -> tuple[Stock, str]:
    """A SQLite database that today's mlflow filled."""
    maker = stock("current")
    uri = f"sqlite:///{maker.folder}/mlflow.db"
    maker.fill(uri)
    return maker, uri


@pytest.fixture(scope="module")
def expected(database: tuple[Stock, str]) -> dict[str, Any]:
    maker, uri = database
    return maker.read(uri, maker.folder / "there.json")


def same(there: dict[str, Any], here: dict[str, Any]) -> None:
    """Compare all that two stores say, but for where files lie and what the source's reader is known to lose."""
    assert there["experiments"].keys() == here["experiments"].keys()
    for name, experiment in there["experiments"].items():
        times = {key for key in ("creation_time", "last_update_time") if name == "Default" or experiment[key] is None}
        assert _without(experiment, times) == _without(here["experiments"][name], times)
    assert there["runs"].keys() == here["runs"].keys()
    for run_id, run in there["runs"].items():
        found = here["runs"][run_id]
        # Searches of mlflow leave out which models a run read.
        assert set(run["model_inputs"]) <= set(found["model_inputs"])
        assert _without(run, {"model_inputs"}) == _without(found, {"model_inputs"})
    assert _models(there) == _models(here)
    assert _registry(there) == _registry(here)


def _without(record: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in names}


def _models(found: dict[str, Any]) -> dict[str, Any]:
    # mlflow's databases keep the NaN of a logged model's metric as 0, and its readers show that.
    return {
        key: {
            **model,
            "metrics": sorted(
                [["0.0" if each == "nan" else each for each in point] for point in model["metrics"]], key=repr
            ),
        }
        for key, model in found["logged_models"].items()
    }


def _registry(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {**model, "versions": [_without(each, {"source"}) for each in model["versions"]]}
        for name, model in found["registered_models"].items()
    }


def test_a_folder(stock: Callable[[str], Stock], destination: Destination) -> None:
    maker = stock("current")
    folder = maker.folder / "mlruns"
    maker.fill(str(folder))
    outcome = destination.imported(folder)
    assert outcome["failures"] == []
    assert outcome["counts"]["runs"] == {"found": 8, "added": 8, "changed": 0}
    again = destination.imported(folder)["counts"]
    assert all(NONE_NEW.items() <= count.items() for count in again.values())
    same(maker.read(str(folder), maker.folder / "there.json"), destination.read())


def test_a_folder_of_mlflow_1(stock: Callable[[str], Stock], destination: Destination) -> None:
    maker = stock("oldest")
    folder = maker.folder / "mlruns"
    maker.fill(str(folder))
    destination.imported(maker.folder)
    there = destination.reader.read(str(folder), maker.folder / "there.json")
    # What lies in .trash is deleted, whatever its files say.
    gone = there["experiments"]["gone"]
    for each in (gone, *(run for run in there["runs"].values() if run["experiment_id"] == gone["experiment_id"])):
        each["lifecycle_stage"] = "deleted"
    same(there, destination.read())


def test_a_database(database: tuple[Stock, str], expected: dict[str, Any], destination: Destination) -> None:
    outcome = destination.imported(database[1])
    assert (outcome["failures"], outcome["notes"]) == ([], [])
    here = destination.read()
    same(expected, here)
    points = [point for model in here["logged_models"].values() for point in model["metrics"]]
    assert "nan" in [point[1] for point in points]


def test_there_and_back(database: tuple[Stock, str], expected: dict[str, Any], destination: Destination) -> None:
    maker, uri = database
    destination.imported(uri)
    back = destination.tool.folder / "back"
    for _ in range(2):
        assert destination.tool("export", back, "--json").json()["failures"] == []
    same(expected, maker.read(str(back), maker.folder / "back.json"))


def test_a_database_of_mlflow_2(stock: Callable[[str], Stock], destination: Destination) -> None:
    maker = stock("middle")
    uri = f"sqlite:///{maker.folder}/mlflow.db"
    maker.fill(uri)
    destination.imported(maker.folder / "mlflow.db")
    there = maker.read(uri, maker.folder / "there.json")
    there["logged_models"] = {}
    same(there, destination.read())


def test_postgresql(stock: Callable[[str], Stock], destination: Destination, postgresql: Server) -> None:
    maker = stock("current")
    uri = postgresql.new_database()
    theirs = uri.replace("postgresql://", "postgresql+psycopg://")
    maker.fill(theirs)
    assert destination.imported(uri)["failures"] == []
    same(maker.read(theirs, maker.folder / "there.json"), destination.read())


def test_a_server(database: tuple[Stock, str], expected: dict[str, Any], destination: Destination) -> None:
    maker, uri = database
    with maker.serving(uri) as url:
        assert destination.imported(url)["failures"] == []
        again = destination.imported(url)["counts"]
    assert all(NONE_NEW.items() <= count.items() for count in again.values())
    same(expected, destination.read())

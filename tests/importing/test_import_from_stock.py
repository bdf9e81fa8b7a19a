"""What real versions of mlflow recorded, imported and read back by a real mlflow, field by field."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.compat.conftest import environment
from tests.e2e.served_store import ServedStore
from tests.e2e.tool import Tool, clean_environment
from tests.importing.stock import Stock
from tests.local_store import open_local
from tests.servers.databases import Server

pytestmark = pytest.mark.slow

TRACED = {"found": 2, "added": 2, "changed": 0}
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


def traced(destination: Destination, outcome: dict[str, Any]) -> None:
    """Both traces are there, with everything that belongs to them."""
    assert outcome["counts"]["traces"] == TRACED
    with closing(open_local(destination.tool.folder / ".mlplat")) as store:
        wines = store.find_experiment("wines")
        assert wines is not None
        failed, asked = store.search_traces([wines.experiment_id]).items
        assert (failed.state, asked.state) == ("ERROR", "OK")
        assert {tag.key: tag.value for tag in asked.tags}.items() >= {"team": "red", "mlflow.traceName": "ask"}.items()
        assert (asked.request_preview, asked.response_preview) == ('{"question": "why?"}', '"42"')
        said = {each.name: (each.kind, each.value, each.rationale) for each in asked.assessments}
        assert said == {"good": ("feedback", "true", "because"), "answer": ("expectation", '{"text": "42"}', None)}
        ask, search = store.get_trace(asked.trace_id).spans
        assert (ask.name, ask.attributes["a"], search.name, search.parent_id) == ("ask", "1", "search", ask.span_id)
        assert search.attributes["mlflow.spanInputs"] == '{"q": "why?"}'
        (broken,) = store.get_trace(failed.trace_id).spans
        assert (broken.status, broken.events[0].attributes["exception.type"]) == ("ERROR", "ValueError")


def evaluated(destination: Destination, outcome: dict[str, Any]) -> None:
    """The evaluation dataset and both versions of the scorer are there."""
    assert outcome["counts"]["evaluation_datasets"]["added"] == 1
    assert outcome["counts"]["scorer_versions"]["added"] == 2
    with closing(open_local(destination.tool.folder / ".mlplat")) as store:
        (examples,) = store.search_evaluation_datasets().items
        assert (examples.name, examples.records, examples.experiment_ids) == ("questions", 2, ("1",))
        records = {str(each.inputs["question"]): each for each in store.dataset_records(examples.dataset_id).items}
        assert records["why?"].expectations == {"answer": "42"}
        assert records["why?"].tags["level"] == "easy"
        assert records["how?"].outputs == {"answer": "so"}
        assert [json.loads(each.serialized)["source"] for each in store.scorer_versions("1", "good")] == ["one", "two"]


def test_a_folder(stock: Callable[[str], Stock], destination: Destination) -> None:
    maker = stock("current")
    folder = maker.folder / "mlruns"
    maker.fill(str(folder))
    outcome = destination.imported(folder)
    assert outcome["failures"] == []
    assert outcome["counts"]["runs"] == {"found": 8, "added": 8, "changed": 0}
    traced(destination, outcome)
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
    traced(destination, outcome)
    evaluated(destination, outcome)
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
    there = maker.traces(uri, maker.folder / "traces-there.json")
    assert len(there) > 1
    assert maker.traces(str(back), maker.folder / "traces-back.json") == there


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
    outcome = destination.imported(uri)
    assert outcome["failures"] == []
    traced(destination, outcome)
    evaluated(destination, outcome)
    same(maker.read(theirs, maker.folder / "there.json"), destination.read())


def test_a_server(database: tuple[Stock, str], expected: dict[str, Any], destination: Destination) -> None:
    maker, uri = database
    with maker.serving(uri) as url:
        outcome = destination.imported(url)
        assert outcome["failures"] == []
        traced(destination, outcome)
        evaluated(destination, outcome)
        again = destination.imported(url)["counts"]
    assert all(NONE_NEW.items() <= count.items() for count in again.values())
    same(expected, destination.read())

from __future__ import annotations

import io
import json
import pickle
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import mlplat
from mlplat import reader
from mlplat.exceptions import MlplatException
from mlplat.rest_caller import RestCaller
from mlplat_cli.entities import RunRecord, TagRecord

from .conftest import Store

RUN = {
    "info": {
        "run_id": "d" * 32,
        "experiment_id": "4",
        "run_name": "n",
        "status": "FINISHED",
        "start_time": 1,
        "end_time": 2,
        "lifecycle_stage": "active",
        "artifact_uri": f"mlflow-artifacts:/4/{'d' * 32}/artifacts",
        "user_id": "u",
    },
    "data": {
        "metrics": [{"key": "m", "value": "NaN", "timestamp": 1, "step": 1}],
        "params": [{"key": "p", "value": "1"}],
        "tags": [{"key": "mlflow.loggedArtifacts", "value": '[{"path": "old.json", "type": "table"}]'}],
    },
}
EXPERIMENT = {
    "experiment_id": "4",
    "name": "known",
    "artifact_location": "mlflow-artifacts:/4",
    "lifecycle_stage": "active",
}


class FakeStore:
    """A store with one run and two experiments, as the entry point's object and as the server's answers."""

    def get_run(self, run_id: str) -> dict | None:
        deleted = {**RUN, "info": {**RUN["info"], "lifecycle_stage": "deleted"}}
        return {"d" * 32: RUN, "e" * 32: deleted}.get(run_id)

    def get_experiment(self, experiment_id: str) -> dict | None:
        return {"4": EXPERIMENT, "9": {**EXPERIMENT, "experiment_id": "9", "name": "new"}}.get(experiment_id)

    def get_experiment_by_name(self, name: str) -> dict | None:
        deleted = {**EXPERIMENT, "experiment_id": "5", "name": "gone", "lifecycle_stage": "deleted"}
        return {"known": EXPERIMENT, "gone": deleted}.get(name)

    def call(self, verb: str, path: str, fields: dict) -> dict:
        endpoint = path.removeprefix("/api/2.0/mlflow/")
        answers = {
            "runs/get": lambda: {"run": self.get_run(fields["run_id"])},
            "experiments/get": lambda: {"experiment": self.get_experiment(fields["experiment_id"])},
            "experiments/get-by-name": lambda: {"experiment": self.get_experiment_by_name(fields["experiment_name"])},
            "experiments/create": lambda: {"experiment_id": self.create_experiment(fields["name"])},
        }
        found = answers[endpoint]()
        if None in found.values():
            raise MlplatException("there is none", "RESOURCE_DOES_NOT_EXIST")
        return found

    def create_experiment(self, name: str) -> str:
        if name == "known":
            raise MlplatException("taken", "RESOURCE_ALREADY_EXISTS")
        return "9"

    def open_artifact(self, root: str, path: str) -> io.BytesIO | None:
        found = root == RUN["info"]["artifact_uri"] and path == "t ä.json"
        return io.BytesIO(b'{"columns": ["a"], "data": [[1]]}') if found else None


class EntryPoint:
    def load(self) -> Callable[[str], FakeStore]:
        return lambda _: FakeStore()


class Handler(BaseHTTPRequestHandler):
    store = FakeStore()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        fields = {key: values[0] for key, values in parse_qs(address.query).items()}
        endpoint = address.path.removeprefix("/base/api/2.0/mlflow/")
        if self.headers["Authorization"] != "Bearer secret":
            self.answer(401, {"message": "who are you?"})
        elif address.path == f"/base/api/2.0/mlflow-artifacts/artifacts/4/{'d' * 32}/artifacts/t%20%C3%A4.json":
            self.answer(200, {"columns": ["a"], "data": [[1]]})
        elif endpoint == "runs/get":
            self.found("run", self.store.get_run(fields["run_id"]))
        elif endpoint == "experiments/get":
            self.found("experiment", self.store.get_experiment(fields["experiment_id"]))
        elif endpoint == "experiments/get-by-name":
            self.found("experiment", self.store.get_experiment_by_name(fields["experiment_name"]))
        elif fields:
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
        else:
            self.answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(200, {"experiment_id": self.store.create_experiment(body["name"])})

    def found(self, field: str, value: object) -> None:
        self.answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"}) if value is None else self.answer(
            200, {field: value}
        )

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/base/"
        server.shutdown()
        thread.join()


@pytest.fixture(params=["entry point", "rest"])
def readable(request: pytest.FixtureRequest, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "rest":
        monkeypatch.setenv("MLPLAT_TRACKING_URI", request.getfixturevalue("server"))
        monkeypatch.setenv("MLPLAT_TRACKING_TOKEN", "secret")
        monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(store.journals))
    else:
        monkeypatch.setattr(reader, "_entry_points", lambda: [EntryPoint()])
    return store


def test_runs_and_experiments_are_read(readable: Store) -> None:
    run = mlplat.get_run("d" * 32)
    assert (run.info.status, run.info.experiment_id, run.data.params) == ("FINISHED", "4", {"p": "1"})
    assert run.data.metrics["m"] != run.data.metrics["m"]
    assert run.to_dictionary()["info"]["run_uuid"] == "d" * 32
    assert mlplat.get_experiment("4").name == "known"
    assert mlplat.get_experiment_by_name("gone").lifecycle_stage == "deleted"
    assert mlplat.get_experiment_by_name("none") is None
    assert mlplat.create_experiment("brand new") == "9"
    for call in (
        lambda: mlplat.get_run("f" * 32),
        lambda: mlplat.get_experiment("77"),
        lambda: mlplat.create_experiment("known"),
    ):
        with pytest.raises(mlplat.MlplatException):
            call()


def test_a_run_must_exist_to_be_taken_up(readable: Store) -> None:
    with mlplat.start_run(run_id="d" * 32) as run:
        assert (run.info.run_name, run.info.start_time, run.info.user_id) == ("n", 1, "u")
        assert run.info.artifact_uri == mlplat.get_artifact_uri()
        assert mlplat.get_artifact_uri("a/b").endswith("/artifacts/a/b")
        assert run.data.params == {"p": "1"}
    with pytest.raises(mlplat.MlplatException, match="is not in the store"):
        mlplat.start_run(run_id="f" * 32)
    with pytest.raises(mlplat.MlplatException, match="is deleted"):
        mlplat.start_run(run_id="e" * 32)
    with pytest.raises(mlplat.MlplatException, match="is not in the store"):
        mlplat.log_metric("m", 1, run_id="f" * 32)
    assert {path.parent.name for path in readable.files()} == {"d" * 32}


def test_a_run_can_be_handed_to_another_process(readable: Store) -> None:
    with mlplat.start_run(run_id="d" * 32) as run:
        handed = pickle.loads(pickle.dumps(run))  # noqa: S301 - our own bytes
        assert type(handed) is mlplat.Run
        assert dict(handed.info) == dict(run.info)
        assert handed.data.params == {"p": "1"}
    assert pickle.loads(pickle.dumps(mlplat.set_experiment("known"))).name == "known"  # noqa: S301


def test_a_table_grows_over_processes(readable: Store) -> None:
    with mlplat.start_run(run_id="d" * 32):
        mlplat.log_table({"a": [2]}, "t ä.json")
        mlplat.log_table({"a": [3]}, "other.json")
    found = readable.staged()
    assert json.loads(found["t ä.json"])["data"] == [[1], [2]]
    assert json.loads(found["other.json"])["data"] == [[3]]
    last = readable.of(TagRecord)[-1]
    assert [each["path"] for each in json.loads(last.value)] == ["old.json", "t ä.json", "other.json"]


def test_an_experiments_id_is_read_when_it_is_asked_for(readable: Store) -> None:
    experiment = mlplat.set_experiment("new")
    assert experiment.name == "new"
    assert (experiment.experiment_id, experiment.artifact_location) == ("9", "mlflow-artifacts:/4")
    assert mlplat.set_experiment(experiment_id="4").name == "known"
    mlplat.set_experiment("known")
    with mlplat.start_run() as run:
        assert run.info.experiment_id == "4"
    [begun] = readable.of(RunRecord)
    assert (begun.experiment_id, begun.experiment_name) == (None, "known")


def test_the_runners_own_experiment_is_known_without_asking(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(store.journals))
    monkeypatch.setenv("MLPLAT_EXPERIMENT_ID", "4")
    monkeypatch.setenv("MLPLAT_EXPERIMENT_NAME", "known")
    monkeypatch.setenv("MLPLAT_RUN_ID", "d" * 32)
    assert mlplat.set_experiment("known").experiment_id == "4"
    assert mlplat.set_experiment(experiment_id=4).experiment_id == "4"
    with mlplat.start_run() as run:
        assert run.info.experiment_id == "4"
    with mlplat.start_run() as run:
        assert run.info.experiment_id == "4"


def test_an_experiment_that_no_run_can_be_seen_in_is_refused(readable: Store) -> None:
    with pytest.raises(mlplat.MlplatException, match="restore"):
        mlplat.set_experiment("gone")
    for call in (mlplat.set_experiment, mlplat.start_run):
        with pytest.raises(mlplat.MlplatException, match="the experiment 77 is not in the store"):
            call(experiment_id="77")
    with mlplat.start_run(experiment_id="4") as run:
        assert run.info.experiment_id == "4"
    with mlplat.start_run() as run:
        assert run.info.experiment_id == "0"


def test_a_parent_must_exist(readable: Store) -> None:
    with mlplat.start_run(parent_run_id="d" * 32) as child:
        pass
    with mlplat.start_run(parent_run_id=child.info.run_id):
        pass
    with pytest.raises(mlplat.MlplatException, match="is not in the store"):
        mlplat.start_run(parent_run_id="f" * 32)


def test_an_experiment_that_was_chosen_can_be_looked_up(readable: Store) -> None:
    assert mlplat.get_experiment_by_name("new") is None
    chosen = mlplat.set_experiment("new")
    found = mlplat.get_experiment_by_name("new")
    assert found is not None
    assert dict(found) == dict(chosen)
    assert found.experiment_id == "9"


def test_set_experiment_must_agree_with_the_runner(readable: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_RUN_ID", "d" * 32)
    monkeypatch.setenv("MLPLAT_EXPERIMENT_ID", "4")
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(readable.journals))
    mlplat.set_experiment("other")
    with pytest.raises(mlplat.MlplatException, match="--experiment-name"):
        mlplat.start_run()
    monkeypatch.setenv("MLPLAT_RUN_ID", "d" * 32)
    mlplat.set_experiment("known")
    with mlplat.start_run() as run:
        assert run.info.run_id == "d" * 32


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ("0", None)),
        ({"MLFLOW_EXPERIMENT_ID": "3"}, ("3", None)),
        ({"MLFLOW_EXPERIMENT_ID": "3", "MLFLOW_EXPERIMENT_NAME": "n"}, (None, "n")),
        ({"MLPLAT_EXPERIMENT_NAME": "own", "MLFLOW_EXPERIMENT_NAME": "n"}, (None, "own")),
    ],
)
def test_the_environment_chooses_the_experiment(
    store: Store, variables: dict[str, str], expected: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with mlplat.start_run():
        pass
    with mlplat.start_run(experiment_id=12):
        pass
    mlplat.set_experiment("chosen")
    with mlplat.start_run():
        pass
    found = {(record.experiment_id, record.experiment_name) for record in store.of(RunRecord)}
    assert found == {expected, ("12", None), (None, "chosen")}


def test_set_experiment_wants_one_of_name_and_id(store: Store) -> None:
    for arguments in (
        {},
        {"experiment_name": "a", "experiment_id": "1"},
        {"experiment_name": ""},
        {"experiment_name": "x" * 501},
        {"experiment_id": "abc"},
    ):
        with pytest.raises(mlplat.MlplatException):
            mlplat.set_experiment(**arguments)


def test_without_a_reader_only_what_needs_it_fails(store: Store) -> None:
    with mlplat.start_run() as run:
        assert run.info.experiment_id == "0"
        with pytest.raises(mlplat.MlplatException, match="cannot read the store"):
            mlplat.get_artifact_uri()
    with pytest.raises(mlplat.MlplatException, match="cannot read the store"):
        mlplat.get_run(run.info.run_id)


def test_a_wrong_secret_and_a_dead_server_are_told_apart(server: str) -> None:
    with pytest.raises(mlplat.MlplatException, match="who are you"):
        RestCaller(server, "Bearer wrong").call("GET", "/api/2.0/mlflow/runs/get", {"run_id": "d" * 32})
    with pytest.raises(mlplat.MlplatException, match="cannot reach"):
        RestCaller("http://127.0.0.1:9", None).call("GET", "/api/2.0/mlflow/runs/get", {"run_id": "d" * 32})


def test_a_redirect_is_not_followed(server: str) -> None:
    with pytest.raises(mlplat.MlplatException, match="302"):
        RestCaller(server, "Bearer secret").call("GET", "/away", {"x": 1})


def test_a_script_reads_what_it_wrote_through_the_tool(store: Store, script: Callable, tmp_path: Path) -> None:
    result = script("""
import mlplat
experiment = mlplat.set_experiment("made by a script")
with mlplat.start_run(tags={"t": "1"}) as run:
    mlplat.log_metric("m", 1)
    mlplat.log_metric("m", float("inf"), step=1)
    mlplat.log_param("p", "x")
    mlplat.log_table({"a": [1]}, "t.json")
    assert run.data.metrics == {"m": float("inf")}
    assert run.info.artifact_uri.endswith(run.info.run_id + "/artifacts"), run.info.artifact_uri
    assert run.info.experiment_id == mlplat.get_experiment_by_name("made by a script").experiment_id
with mlplat.start_run(run_id=run.info.run_id):
    mlplat.log_table({"a": [2]}, "t.json")
read = mlplat.get_run(run.info.run_id)
assert read.info.status == "FINISHED", read
assert read.data.params == {"p": "x"} and read.data.tags["t"] == "1", read
try:
    mlplat.start_run(run_id="0" * 32)
except mlplat.MlplatException as error:
    print(error)
""")
    assert result.returncode == 0, result.stderr
    assert "is not in the store" in result.stdout
    [table] = tmp_path.glob(".mlplat/artifacts/*/*/artifacts/t.json")
    assert json.loads(table.read_text())["data"] == [[1], [2]]


def test_the_tool_refuses_what_no_run_can_be_seen_in(store: Store, script: Callable) -> None:
    result = script("""
import mlplat
made = mlplat.create_experiment("with tags", artifact_location="/somewhere/else", tags={"a": 1})
found = mlplat.get_experiment(made)
assert (found.artifact_location, found.tags["a"]) == ("/somewhere/else", "1"), found
for call in (lambda: mlplat.set_experiment(experiment_id="99"), lambda: mlplat.start_run(experiment_id="98")):
    try:
        call()
    except mlplat.MlplatException as error:
        print(error)
""")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("is not in the store") == 2


def test_a_store_that_cannot_be_read_stops_only_what_reads_it(store: Store, script: Callable) -> None:
    store.home.mkdir()
    (store.home / "mlplat.db").write_bytes(b"no database" * 1000)
    result = script("""
import mlplat as mlflow
mlflow.set_experiment("x")
with mlflow.start_run(parent_run_id="f" * 32) as run:
    mlflow.log_metric("m", 1)
with mlflow.start_run(run_id="e" * 32):
    pass
try:
    mlflow.get_run(run.info.run_id)
except mlflow.MlflowException as error:
    print(error.error_code, error)
""")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("INTERNAL_ERROR")
    assert "mlplat.db" in result.stdout
    assert len(store.of(RunRecord)) == 2


def test_what_was_logged_last_counts_when_a_run_is_taken_up_again_and_again(store: Store, script: Callable) -> None:
    result = script("""
import mlplat
with mlplat.start_run(description="0") as run:
    mlplat.set_tag("t", 0)
    mlplat.log_text("0", "t.txt")
for number in range(1, 9):
    with mlplat.start_run(run_id=run.info.run_id, description=str(number)):
        mlplat.set_tag("t", number)
        mlplat.log_text(str(number), "t.txt")
tags = mlplat.get_run(run.info.run_id).data.tags
assert (tags["t"], tags["mlflow.note.content"]) == ("8", "8"), tags
""")
    assert result.returncode == 0, result.stderr
    [text] = store.home.glob("artifacts/*/*/artifacts/t.txt")
    assert text.read_text() == "8"

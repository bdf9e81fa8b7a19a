"""The REST store and the command against an unmodified server of mlflow; the stock client in a run on our server."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mlplat_cli.entities import LoggedModelStatus, Metric, Param, RunStatus, Tag, ViewType
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, NotFoundError, NotSupportedError
from mlplat_cli.store.opening import open_store
from mlplat_cli.store.rest.store import RestStore
from tests.e2e.served_store import free_port, served_store
from tests.e2e.tool import Tool, clean_environment

pytestmark = pytest.mark.slow

STARTING_SECONDS = 120
TRAIN = """
import os, mlflow, mlplat
with mlflow.start_run() as run:
    parent = run.info.run_id
    mlflow.log_metric("stock", 2.0)
    mlflow.log_text("x", "stock.txt")
with mlplat.start_run():
    mlplat.log_metric("own", 3.0)
mlflow.start_run(run_name="left open", nested=True, parent_run_id=parent)
os._exit(0)
"""


@pytest.fixture
def theirs(stock_python: Path, tmp_path: Path) -> Iterator[str]:
    """The address of an mlflow server."""
    port = free_port()
    words = ("--backend-store-uri", "sqlite:///m.db", "--artifacts-destination", "./bytes", "--workers", "1")
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(
            [stock_python, "-m", "mlflow", "server", "--port", str(port), *words],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MLFLOW_DISABLE_TELEMETRY": "true"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + STARTING_SECONDS
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=5).close()  # noqa: S310 - our own
                break
            except (urllib.error.URLError, OSError):
                assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
                time.sleep(0.3)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def test_the_store_speaks_with_mlflows_server(theirs: str, tmp_path: Path) -> None:
    with closing(open_store(theirs)) as store:
        assert isinstance(store, RestStore)
        number = store.create_experiment("wines", tags=[Tag("a", "1")]).experiment_id
        with pytest.raises(AlreadyExistsError) as caught:
            store.create_experiment("wines")
        assert "\n" not in caught.value.message
        run = store.create_run(number, user_id="ada", run_name="first", tags=[Tag("q", "1")])
        assert abs(run.info.start_time / 1000 - time.time()) < 600
        run_id = run.info.run_id
        points = [Metric("m", float("nan"), 1, 1), Metric("m", 2.0, 2, 2)]
        store.log_batch(run_id, metrics=points, params=[Param("p", "1")], tags=[Tag("z", "")])
        store.update_run(run_id, status=RunStatus.FINISHED, end_time=run.info.start_time + 5)
        assert repr(store.metric_history(run_id, "m").items) == repr(points)
        ((key, summary),) = store.metric_summaries(run_id)
        assert (key, summary.maximum, summary.count) == ("m", 2.0, 2)
        assert [each.info.run_id for each in store.search_runs([number], filter="metrics.m > 1").items] == [run_id]
        with pytest.raises(InvalidInputError):
            store.search_runs([number], filter="metrics.m >> 1")
        with pytest.raises(NotFoundError):
            store.get_run("f" * 32)
        with pytest.raises(NotSupportedError, match="not a mlplat server"):
            store.journal_offset("r/p")
        _models(store, number, run_id, run.info.artifact_uri)
        artifacts = store.artifacts(run.info.artifact_uri)
        artifacts.write("sub/x.txt", [b"hello"])
        assert [(info.path, info.file_size) for info in artifacts.walk()] == [("sub/x.txt", 5)]
        assert artifacts.open_read("sub/x.txt").stream.read() == b"hello"
        with pytest.raises(NotFoundError):
            artifacts.list("nope")
        store.delete_experiment(number)
        assert [each.name for each in store.search_experiments(view=ViewType.DELETED_ONLY).items] == ["wines"]
        store.restore_experiment(number)
    tool = Tool(tmp_path, clean_environment(tmp_path / "cache", tmp_path / "config"))
    assert tool.show("first", "--tracking-uri", theirs)["metrics"]["m"]["count"] == 2
    assert tool("artifacts", "show", "first", "sub/x.txt", "--tracking-uri", theirs).out == "hello"
    (tmp_path / "train.py").write_text("print('ran')")
    refused = tool("run", ".", "-e", "train.py", "--env-manager", "local", "--tracking-uri", theirs, code=7)
    assert "is no mlplat server" in refused.err
    assert refused.out == ""


def _models(store: RestStore, number: str, run_id: str, artifact_uri: str) -> None:
    model = store.create_logged_model(number, name="net", source_run_id=run_id, params=[Param("a", "b")])
    assert store.finalize_logged_model(model.model_id, LoggedModelStatus.READY).status is LoggedModelStatus.READY
    assert store.set_logged_model_tags(model.model_id, [Tag("x", "1")]).tags == (Tag("x", "1"),)
    store.delete_logged_model_tag(model.model_id, "x")
    assert [each.name for each in store.search_logged_models([number], filter="name = 'net'").items] == ["net"]
    store.create_registered_model("iris", description="flowers", tags=[Tag("team", "x")])
    assert store.create_model_version("iris", f"{artifact_uri}/model", run_id=run_id).version == "1"
    store.set_alias("iris", "best", "1")
    assert store.version_by_alias("iris", "best").version == "1"
    assert store.get_registered_model("iris").aliases == (("best", "1"),)
    assert [each.version for each in store.search_model_versions(filter="name = 'iris'").items] == ["1"]


def test_the_stock_client_in_a_run_on_our_server(stock_python: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "train.py").write_text(TRAIN)
    environment = clean_environment(tmp_path / "cache", tmp_path / "config")
    path = f"{stock_python.parent}:{environment['PATH']}"
    for served in served_store(Tool(tmp_path / "here", {**environment, "PATH": path}), tmp_path):
        served.start()
        words = ("run", ".", "-e", "train.py", "--env-manager", "local", "--tracking-uri", served.url)
        run_id = served.tool(*words).run_id
        shown = served.tool.show(run_id, "--tracking-uri", served.url)
        assert (shown["metrics"]["stock"]["value"], shown["metrics"]["own"]["value"]) == (2.0, 3.0)
        assert "stock.txt" in {each["path"] for each in shown["artifacts"]}
        states = {
            each["info"]["run_name"]: each["info"]["status"] for each in served.tool.runs("--tracking-uri", served.url)
        }
        assert states["left open"] == "FINISHED"

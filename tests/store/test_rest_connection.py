"""The REST store and servers that are away, half there, somebody else's, or in the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mlplat_cli.artifacts.transfer import download
from mlplat_cli.entities import Metric, Tag
from mlplat_cli.errors import ArtifactError, InvalidInputError, NotSupportedError, StoreError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.store.interface import Store
from mlplat_cli.store.opening import open_store
from mlplat_cli.store.rest import connection
from mlplat_cli.store.rest.store import RestStore
from mlplat_cli.wire.content_digest import digest_header
from tests.store.scripted_server import JSON, NOTHING, Answer, ScriptedServer, answering

EXPERIMENT = {
    "experiment_id": "7",
    "name": "wines",
    "artifact_location": "mlflow-artifacts:/7",
    "lifecycle_stage": "active",
    "last_update_time": 1,
    "creation_time": 1,
}
FOUND = Answer(json.dumps({"experiment": EXPERIMENT}).encode())
PAGE = Answer(b"<html><h1>Sign in</h1></html>", headers={"Content-Type": "text/html; charset=utf-8"})
CONTENT = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FILE = {"ETag": f'"{DIGEST}"', "Repr-Digest": digest_header(DIGEST)}


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("MLPLAT_TRACKING_TOKEN", "MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(connection, "PAUSE_SECONDS", 0.001)
    connection._patience.cache_clear()
    yield
    connection._patience.cache_clear()


def opened(server: ScriptedServer) -> closing[Store]:
    return closing(open_store(server.url))


@pytest.mark.parametrize("trouble", [NOTHING, Answer(status=503), Answer(status=502), Answer(FOUND.body, cut=20)])
def test_what_only_reads_is_asked_again(trouble: Answer) -> None:
    with answering(trouble, FOUND) as server, opened(server) as store:
        assert store.get_experiment("7").name == "wines"
    assert [asked.path for asked in server.asked] == ["/api/2.0/mlflow/experiments/get?experiment_id=7"] * 2


@pytest.mark.parametrize("trouble", [NOTHING, Answer(status=503), Answer(status=500)])
def test_what_writes_is_never_sent_twice(trouble: Answer) -> None:
    with answering(trouble, Answer()) as server, opened(server) as store, pytest.raises(StoreError, match=server.url):
        store.log_batch("r", metrics=[Metric("m", 1.0, 1)])
    assert len(server.asked) == 1


def test_nobody_there_is_said_in_one_line() -> None:
    with answering(FOUND) as server:
        pass
    with opened(server) as store, pytest.raises(StoreError) as caught:
        store.set_experiment_tag("7", Tag("a", "b"))
    assert caught.value.message == f"{server.url} cannot be reached: Connection refused"


@pytest.mark.parametrize("status", [200, 404, 500, 302])
def test_a_page_of_somebody_in_between_is_not_shown(status: int) -> None:
    page = Answer(PAGE.body, status, PAGE.headers)
    with answering(page) as server, opened(server) as store, pytest.raises(StoreError) as caught:
        store.get_experiment("7")
    assert f"answered {status} with an HTML page" in caught.value.message
    assert "Sign in" not in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("body", [b"[]", b"{}", b"\xff", b"{", b'{"experiment": {"experiment_id": []}}'])
def test_an_answer_that_is_none_of_the_protocol(body: bytes) -> None:
    with answering(Answer(body)) as server, opened(server) as store, pytest.raises(StoreError, match="experiments/get"):
        store.get_experiment("7")


def test_a_caller_that_is_not_let_in_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_TRACKING_TOKEN", "s3cret")
    refusal = Answer(b'{"error_code": "UNAUTHENTICATED", "message": "who are you?"}', 401)
    with answering(refusal) as server, opened(server) as store, pytest.raises(StoreError) as caught:
        store.get_experiment("7")
    assert server.asked[0].headers["Authorization"] == "Bearer s3cret"
    assert "who are you?" in caught.value.message
    assert "MLPLAT_TRACKING_TOKEN" in str(caught.value.hint)
    assert "s3cret" not in caught.value.message + str(caught.value.hint)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("MLPLAT_TRACKING_TOKEN MLFLOW_TRACKING_TOKEN MLFLOW_TRACKING_USERNAME", "Bearer mlplat_tracking_token"),
        ("MLFLOW_TRACKING_TOKEN MLFLOW_TRACKING_USERNAME", "Basic bWxmbG93X3RyYWNraW5nX3VzZXJuYW1lOnB3"),
        ("MLFLOW_TRACKING_TOKEN", "Bearer mlflow_tracking_token"),
    ],
)
def test_which_credentials_are_shown(monkeypatch: pytest.MonkeyPatch, given: str, shown: str) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "pw")
    for name in given.split():
        monkeypatch.setenv(name, name.lower())
    with answering(FOUND) as server, opened(server) as store:
        store.get_experiment("7")
    assert server.asked[0].headers["Authorization"] == shown


def test_credentials_stay_with_the_server_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ada")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "pw")
    with answering(FOUND) as elsewhere:
        moved = Answer(b"", 307, {"Location": f"{elsewhere.url}/api/2.0/mlflow/experiments/get?experiment_id=7"})
        with answering(moved) as server, opened(server) as store:
            assert store.get_experiment("7").name == "wines"
    assert server.asked[0].headers["Authorization"] == "Basic YWRhOnB3"
    assert "Authorization" not in elsewhere.asked[0].headers


@pytest.mark.parametrize("uri", ["http://me:pw@host", "http://", "http://host?x=1", "http://host#x", "http://[::1"])
def test_addresses_that_are_none(uri: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        open_store(uri)
    assert "pw" not in caught.value.message


def test_a_server_that_lacks_our_own_calls_is_asked_as_mlflow_is() -> None:
    point = {"key": "m", "value": "NaN", "timestamp": "3", "step": 1}
    points = [{"key": "m", "value": 2, "timestamp": 1, "step": 0}, point]
    info = {
        "run_id": "r",
        "run_uuid": "r",
        "experiment_id": "0",
        "run_name": "n",
        "user_id": "u",
        "status": "FINISHED",
        "start_time": 1,
        "artifact_uri": "s3://b",
        "lifecycle_stage": "active",
    }
    run = Answer(json.dumps({"run": {"info": info, "data": {"metrics": [point]}}}).encode())
    missing = Answer(PAGE.body, 404, PAGE.headers)
    history = Answer(json.dumps({"metrics": points}).encode())
    with answering(missing, run, history, missing) as server, opened(server) as store:
        ((key, summary),) = store.metric_summaries("r")
        assert (key, summary.minimum, summary.maximum, summary.count) == ("m", 2.0, 2.0, 2)
        assert store.param_conflicts("r") == []
        assert store.unfinished_runs() == []
        with pytest.raises(NotSupportedError, match="not a mlplat server"):
            store.journal_offset("r/p")


def fetched(server: ScriptedServer, folder: Path) -> bytes:
    """Download the one file that the server has."""
    listing = Answer(json.dumps({"files": [{"path": "x.bin", "is_dir": False, "file_size": len(CONTENT)}]}).encode())
    server.answers[:0] = [listing]
    with opened(server) as store:
        assert isinstance(store, RestStore)
        return download(store.artifacts("mlflow-artifacts:/0/r"), "x.bin", folder, SilentProgress()).read_bytes()


def rest(offset: int) -> Answer:
    said = {**FILE, "Content-Range": f"bytes {offset}-{len(CONTENT) - 1}/{len(CONTENT)}"}
    return Answer(CONTENT[offset:], 206, said)


def test_a_download_that_is_cut_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with answering(Answer(CONTENT, headers=FILE, cut=1 << 20), NOTHING, rest(1 << 20)) as server:
        assert fetched(server, tmp_path) == CONTENT
    assert server.asked[-1].headers["Range"] == f"bytes={1 << 20}-"
    assert server.asked[-1].headers["If-Range"] == f'"{DIGEST}"'


def test_a_file_that_changed_meanwhile_is_not_patched_together(tmp_path: Path) -> None:
    answers = Answer(CONTENT, headers=FILE, cut=1 << 20), Answer(CONTENT, headers=FILE)
    with answering(*answers) as server, pytest.raises(ArtifactError, match="not the same any more"):
        fetched(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_not_what_the_server_says_are_not_kept(tmp_path: Path) -> None:
    other = Answer(CONTENT[:-1] + b"?", headers=FILE)
    with answering(other) as server, pytest.raises(ArtifactError, match="damaged"):
        fetched(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_upload_says_its_digest_and_may_be_repeated() -> None:
    with answering(NOTHING, Answer(headers=JSON)) as server, opened(server) as store:
        assert isinstance(store, RestStore)
        assert store.artifacts("mlflow-artifacts:/0/r").write("a b/x", [CONTENT]) == len(CONTENT)
    assert {asked.path for asked in server.asked} == {"/api/2.0/mlflow-artifacts/artifacts/0/r/a%20b/x"}
    assert [asked.body for asked in server.asked] == [CONTENT, CONTENT]
    assert server.asked[0].headers["Repr-Digest"] == digest_header(DIGEST)


def test_files_elsewhere_are_not_reached_through_the_server() -> None:
    with answering(FOUND) as server, opened(server) as store:
        assert isinstance(store, RestStore)
        with pytest.raises(NotSupportedError, match="s3"):
            store.artifacts("s3://bucket/x")

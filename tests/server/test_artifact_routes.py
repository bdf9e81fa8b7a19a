"""Artifacts over HTTP: the proxy, listings and downloads."""

import http.client
import json
import os
from urllib.parse import urlsplit

import pytest

from tests.server.conftest import SECRET, Served

PROXY = "/api/2.0/mlflow-artifacts/artifacts"


def test_bytes_go_in_and_come_out(served: Served) -> None:
    content = os.urandom(3 << 20)
    reply = served.ask("PUT", f"{PROXY}/1/run/artifacts/sub/x%20%C3%BC.bin", content)
    assert (reply.status, reply.json) == (200, {})
    assert (served.home / "artifacts/1/run/artifacts/sub/x ü.bin").read_bytes() == content
    reply = served.ask("GET", f"{PROXY}/1/run/artifacts/sub/x%20%C3%BC.bin")
    assert reply.body == content
    assert reply.headers["content-length"] == str(len(content))


def test_models_lie_in_their_own_folder(served: Served) -> None:
    served.ask("PUT", f"{PROXY}/models/m-1/MLmodel", b"flavors: {}")
    assert (served.home / "models/m-1/MLmodel").read_bytes() == b"flavors: {}"
    assert served.ask("GET", f"{PROXY}/models/m-1/MLmodel").body == b"flavors: {}"
    assert served.ask("GET", PROXY, {"path": "models/m-1"}).json == {
        "files": [{"path": "MLmodel", "is_dir": False, "file_size": 11}]
    }


def test_an_empty_file_is_a_file(served: Served) -> None:
    served.ask("PUT", f"{PROXY}/1/r/artifacts/empty", b"")
    assert served.ask("GET", f"{PROXY}/1/r/artifacts/empty").body == b""


def test_a_part_of_a_file_and_its_head_alone(served: Served) -> None:
    served.ask("PUT", f"{PROXY}/1/r/artifacts/x", b"0123456789")
    part = served.ask("GET", f"{PROXY}/1/r/artifacts/x", headers={"Range": "bytes=2-4"})
    assert (part.status, part.body) == (206, b"234")
    rest = served.ask("GET", f"{PROXY}/1/r/artifacts/x", headers={"Range": "bytes=8-"})
    assert (rest.status, rest.body) == (206, b"89")
    head = served.ask("HEAD", f"{PROXY}/1/r/artifacts/x")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "10")


def test_a_listing_is_relative_to_the_listed_folder(served: Served) -> None:
    for name in ("b.txt", "a/x.txt"):
        served.ask("PUT", f"{PROXY}/1/r/artifacts/{name}", b"123")
    listed = served.ask("GET", PROXY, {"path": "1/r/artifacts"}).json["files"]
    assert listed == [{"path": "a", "is_dir": True}, {"path": "b.txt", "is_dir": False, "file_size": 3}]
    assert served.ask("GET", PROXY, {"path": "1/r/artifacts/a"}).json["files"][0]["path"] == "x.txt"
    assert served.ask("GET", PROXY, {"path": "1/nothing"}).json == {}


def test_what_is_deleted_is_gone_and_may_be_deleted_again(served: Served) -> None:
    served.ask("PUT", f"{PROXY}/1/r/artifacts/a/x", b"1")
    for _ in range(2):
        assert served.ask("DELETE", f"{PROXY}/1/r/artifacts/a").json == {}
    assert served.ask("GET", f"{PROXY}/1/r/artifacts/a/x").status == 404


def test_what_is_missing_is_said_as_json(served: Served) -> None:
    for path in ("1/r/artifacts/none", "1/r/artifacts"):
        reply = served.ask("GET", f"{PROXY}/{path}")
        assert (reply.status, reply.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE", "HEAD"])
@pytest.mark.parametrize(
    "path", ["%2e%2e/mlplat.db", "..%2fmlplat.db", "%252e%252e/mlplat.db", "models/../../x", "%00"]
)
def test_no_path_leads_out_of_the_store(served: Served, verb: str, path: str) -> None:
    reply = served.ask(verb, f"{PROXY}/{path}", b"x" if verb == "PUT" else None)
    assert reply.status == 400
    assert b"SQLite" not in reply.body


def test_an_upload_that_breaks_off_leaves_nothing(served: Served) -> None:
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.putrequest("PUT", f"{PROXY}/1/r/artifacts/x")
    connection.putheader("Authorization", f"Bearer {SECRET}")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(b"only this")
    connection.close()
    assert served.ask("GET", PROXY, {"path": "1/r/artifacts"}).json == {}


def test_a_runs_artifacts_are_listed_and_downloaded(served: Served) -> None:
    run_id = served.run()
    served.ask("PUT", f"{PROXY}/0/{run_id}/artifacts/sub/t.txt", b"hey")
    listed = served.call("GET", "artifacts/list", {"run_id": run_id, "path": "sub"})
    assert listed == {
        "root_uri": f"mlflow-artifacts:/0/{run_id}/artifacts",
        "files": [{"path": "sub/t.txt", "is_dir": False, "file_size": 3}],
    }
    reply = served.ask("GET", "/get-artifact", {"run_uuid": run_id, "path": "sub/t.txt"})
    assert reply.body == b"hey"
    assert reply.headers["content-disposition"] == 'attachment; filename="t.txt"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert served.ingested[-2:] == [run_id, run_id]
    for path in ("../../../mlplat.db", "/etc/passwd", ""):
        assert served.ask("GET", "/get-artifact", {"run_id": run_id, "path": path}).status == 400
        if path:
            assert served.fault("GET", "artifacts/list", {"run_id": run_id, "path": path})[0] == 400


def test_pending_journals_are_ingested_before_a_runs_bytes_are_read(served: Served) -> None:
    served.ask("GET", f"{PROXY}/0/abc/artifacts/x")
    served.ask("GET", PROXY, {"path": "0/def/artifacts"})
    assert served.ingested == ["abc", "def"]


def test_multipart_and_presigned_ways_are_declined_once_and_for_all(served: Served) -> None:
    for verb, path in (
        ("POST", "/api/2.0/mlflow-artifacts/mpu/create/1/x.bin"),
        ("GET", "/api/2.0/mlflow-artifacts/presigned/1/x.bin"),
    ):
        reply = served.ask(verb, path, json.dumps({}).encode() if verb == "POST" else None)
        assert (reply.status, reply.json["error_code"]) == (501, "NOT_IMPLEMENTED")

"""Artifacts over HTTP: the proxy, listings and downloads."""

import base64
import hashlib
import http.client
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
        "files": [
            {
                "path": "MLmodel",
                "is_dir": False,
                "file_size": 11,
                "sha256": hashlib.sha256(b"flavors: {}").hexdigest(),
            }
        ]
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
    digest = hashlib.sha256(b"123").hexdigest()
    assert listed == [
        {"path": "a", "is_dir": True},
        {"path": "b.txt", "is_dir": False, "file_size": 3, "sha256": digest},
    ]
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
        "files": [{"path": "sub/t.txt", "is_dir": False, "file_size": 3, "sha256": hashlib.sha256(b"hey").hexdigest()}],
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


def test_bytes_are_verified_by_their_digest(served: Served) -> None:
    content = os.urandom(2 << 20)
    digest = hashlib.sha256(content)
    said = f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    path = f"{PROXY}/1/r/artifacts/x.bin"
    for header in ("Content-Digest", "Repr-Digest"):
        put = served.ask("PUT", path, content, {header: said})
        assert (put.status, put.headers["etag"], put.headers["repr-digest"]) == (200, f'"{digest.hexdigest()}"', said)
    got = served.ask("GET", path)
    assert (got.headers["etag"], got.headers["repr-digest"]) == (f'"{digest.hexdigest()}"', said)
    wrong = served.ask("PUT", path, b"cut", {"Content-Digest": said})
    assert (wrong.status, wrong.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    unreadable = served.ask("PUT", path, b"cut", {"Content-Digest": "sha-256=zzz"})
    assert unreadable.status == 400
    assert served.ask("GET", path).body == content


def test_a_download_goes_on_where_it_was_cut_off(served: Served) -> None:
    path = f"{PROXY}/1/r/artifacts/x"
    tag = served.ask("PUT", path, b"0123456789").headers["etag"]
    rest = served.ask("GET", path, headers={"Range": "bytes=6-", "If-Range": tag})
    assert (rest.status, rest.body, rest.headers["content-range"]) == (206, b"6789", "bytes 6-9/10")
    served.ask("PUT", path, b"abcdefghijkl")
    whole = served.ask("GET", path, headers={"Range": "bytes=6-", "If-Range": tag})
    assert (whole.status, whole.body) == (200, b"abcdefghijkl")


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=0-0", 206, b"0"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=5-99", 206, b"56789"),
        ("bytes=10-", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=4-2", 200, b"0123456789"),
        ("bytes=1-2,4-5", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        (f"bytes={'9' * 5000}-", 200, b"0123456789"),
    ],
)
def test_ranges(served: Served, wanted: str, status: int, body: bytes) -> None:
    served.ask("PUT", f"{PROXY}/1/r/artifacts/x", b"0123456789")
    reply = served.ask("GET", f"{PROXY}/1/r/artifacts/x", headers={"Range": wanted})
    assert (reply.status, reply.body) == (status, body)
    if status == 416:
        assert reply.headers["content-range"] == "bytes */10"


def test_what_a_client_has_is_not_sent_again(served: Served) -> None:
    path = f"{PROXY}/1/r/artifacts/x"
    tag = served.ask("PUT", path, b"0123456789").headers["etag"]
    same = served.ask("GET", path, headers={"If-None-Match": f'"other", {tag}'})
    assert (same.status, same.body) == (304, b"")
    assert served.ask("GET", path, headers={"If-None-Match": '"other"'}).body == b"0123456789"


def test_a_part_of_a_file_cannot_be_put(served: Served) -> None:
    reply = served.ask("PUT", f"{PROXY}/1/r/artifacts/x", b"012", {"Content-Range": "bytes 0-2/10"})
    assert reply.status == 400
    assert served.ask("GET", PROXY, {"path": "1/r/artifacts"}).json == {}


def test_a_file_that_nobody_hashed_still_has_a_tag(served: Served) -> None:
    file = served.home / "artifacts/1/r/artifacts/x"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"0123456789")
    got = served.ask("GET", f"{PROXY}/1/r/artifacts/x")
    assert "repr-digest" not in got.headers
    rest = served.ask("GET", f"{PROXY}/1/r/artifacts/x", headers={"Range": "bytes=8-", "If-Range": got.headers["etag"]})
    assert rest.body == b"89"


def test_a_page_uploads_a_small_file(served: Served) -> None:
    run_id = served.run()
    path = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run_id}&path=notes/x.txt"
    assert served.ask("POST", path, b"hey").json == {}
    assert served.ask("GET", "/get-artifact", {"run_id": run_id, "path": "notes/x.txt"}).body == b"hey"
    assert served.ask("POST", path, b"0" * (10 << 20) + b"1").status == 400
    assert served.ask("POST", path.replace("notes", ".."), b"hey").status == 400
    assert served.ask("POST", path.partition("&")[0], b"hey").status == 400

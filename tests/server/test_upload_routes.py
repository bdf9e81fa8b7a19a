"""Files in parts: uploads that go on after a cut, MLflow's multipart uploads, addresses for files."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.server.conftest import SECRET, Reply, Served

PROXY = "/api/2.0/mlflow-artifacts"
PLACE = "1/r/artifacts/sub/x.bin"
CONTENT = os.urandom(3_000_001)


def said(content: bytes) -> dict[str, str]:
    return {"Repr-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"}


def send(served: Served, offset: int, body: bytes, *, whole: bytes = CONTENT, path: str = PLACE) -> Reply:
    return served.ask("POST", f"/api/1/uploads/{path}?offset={offset}&size={len(whole)}", body, said(whole))


def stored(served: Served) -> Path:
    return served.home / "artifacts" / PLACE


def leftovers(served: Served) -> list[str]:
    return [path.name for path in (served.home / "artifacts/.mlplat-content/uploads").iterdir()]


def test_an_upload_goes_on_where_it_was_cut_off(served: Served) -> None:
    assert send(served, 0, b"").json == {"offset": 0}
    assert send(served, 0, CONTENT[:1_000_000]).json == {"offset": 1_000_000}
    assert not stored(served).exists()
    assert served.ask("GET", f"{PROXY}/artifacts", {"path": "1/r/artifacts"}).json == {}
    assert send(served, 0, CONTENT[:1_000_000]).json == {"offset": 1_000_000}
    assert send(served, 1_000_000, CONTENT[1_000_000:]).json == {"offset": len(CONTENT)}
    assert stored(served).read_bytes() == CONTENT
    assert send(served, 0, b"").json == {"offset": len(CONTENT)}
    assert leftovers(served) == []
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert served.ask("HEAD", f"{PROXY}/artifacts/{PLACE}").headers["etag"] == f'"{digest}"'


def test_what_came_before_a_cut_counts(served: Served) -> None:
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.putrequest("POST", f"/api/1/uploads/{PLACE}?offset=0&size={len(CONTENT)}")
    for name, value in {
        "Authorization": f"Bearer {SECRET}",
        "Content-Length": str(len(CONTENT)),
        **said(CONTENT),
    }.items():
        connection.putheader(name, value)
    connection.endheaders(CONTENT[:2_500_000])
    connection.close()
    offset = 0
    while offset == 0:
        offset = send(served, 0, b"").json["offset"]
    assert offset <= 2_500_000
    while offset < len(CONTENT):  # the request that was cut off may still be at work
        offset = send(served, offset, CONTENT[offset:]).json["offset"]
    assert stored(served).read_bytes() == CONTENT


def test_a_file_that_is_not_the_announced_one_is_forgotten(served: Served) -> None:
    reply = send(served, 0, bytes([CONTENT[0] ^ 1]) + CONTENT[1:])
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert not stored(served).exists()
    assert leftovers(served) == []
    assert send(served, 0, CONTENT).json == {"offset": len(CONTENT)}


def test_more_than_was_announced_is_refused(served: Served) -> None:
    assert send(served, 0, b"12345", whole=b"123").status == 400


def test_an_empty_file_is_uploaded(served: Served) -> None:
    assert send(served, 0, b"", whole=b"").json == {"offset": 0}
    assert stored(served).read_bytes() == b""


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("offset=0&size=3", {}),
        ("offset=0&size=3", {"Repr-Digest": "md5=:AAAA:"}),
        ("offset=-1&size=3", said(b"123")),
        ("size=3", said(b"123")),
        ("offset=0&size=1e3", said(b"123")),
        (f"offset=0&size={'9' * 40}", said(b"123")),
    ],
)
def test_an_upload_that_says_too_little_is_refused(served: Served, query: str, headers: dict[str, str]) -> None:
    reply = served.ask("POST", f"/api/1/uploads/{PLACE}?{query}", b"123", headers)
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    "path", ["%2e%2e/x", "..%2fx", "models/../../x", "%00", ".mlplat-content/ab/x", "1/.mlplat-partial-1"]
)
def test_no_upload_leads_out_of_the_store(served: Served, path: str) -> None:
    assert send(served, 0, b"123", whole=b"123", path=path).status == 400
    body = {"path": "x", "num_parts": 1}
    assert served.ask("POST", f"{PROXY}/mpu/create/{path}", body).status == 400 or "partial" in path
    assert served.ask("GET", f"{PROXY}/presigned/{path}").status in (400, 404)


def put_at(address: str, content: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("PUT", parts.path, content, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_file_is_made_of_its_parts(served: Served) -> None:
    begun = served.ask("POST", f"{PROXY}/mpu/create/1/r/artifacts/sub", {"path": "/local/x.bin", "num_parts": 3}).json
    pieces = [CONTENT[:1_000_000], CONTENT[1_000_000:2_000_000], CONTENT[2_000_000:]]
    parts = []
    for number in (3, 1, 2, 1):
        place = begun["credentials"][number - 1]
        assert place["part_number"] == number
        answer = put_at(place["url"], pieces[number - 1], place["headers"])
        assert answer.status == 200
        parts.append({"part_number": number, "etag": answer.getheader("etag"), "url": place["url"]})
    whole = {"path": "/local/x.bin", "upload_id": begun["upload_id"], "parts": sorted(parts[:3], key=str)}
    assert not stored(served).exists()
    for _ in range(2):
        assert served.ask("POST", f"{PROXY}/mpu/complete/1/r/artifacts/sub", whole).json == {}
    assert stored(served).read_bytes() == CONTENT
    assert (
        served.ask("GET", f"{PROXY}/artifacts/{PLACE}").headers["etag"].strip('"')
        == hashlib.sha256(CONTENT).hexdigest()
    )


def test_parts_that_are_missing_or_wrong_make_no_file(served: Served) -> None:
    begun = served.ask("POST", f"{PROXY}/mpu/create/1/r/artifacts/sub", {"path": "x.bin", "num_parts": 2}).json
    whole = {"path": "x.bin", "upload_id": begun["upload_id"]}
    first, second = begun["credentials"]
    tag = put_at(first["url"], b"one", first["headers"]).getheader("etag")
    for parts in ([], [{"part_number": 1, "etag": tag}], [{"part_number": n, "etag": tag} for n in (1, 2)]):
        assert served.ask("POST", f"{PROXY}/mpu/complete/1/r/artifacts/sub", {**whole, "parts": parts}).status == 400
    put_at(second["url"], b"two", second["headers"])
    parts = [{"part_number": n, "etag": tag} for n in (1, 2)]
    assert served.ask("POST", f"{PROXY}/mpu/complete/1/r/artifacts/sub", {**whole, "parts": parts}).status == 400
    assert not stored(served).exists()
    assert put_at(first["url"].removesuffix("1") + "3", b"", first["headers"]).status in (400, 404)
    for _ in range(2):
        assert served.ask("POST", f"{PROXY}/mpu/abort/1/r/artifacts/sub", whole).json == {}
    assert put_at(first["url"], b"one", first["headers"]).status == 404
    assert leftovers(served) == []


def test_a_part_needs_the_secret(served: Served) -> None:
    begun = served.ask("POST", f"{PROXY}/mpu/create/1/r", {"path": "x.bin", "num_parts": 1}).json
    assert put_at(begun["credentials"][0]["url"], b"one", {}).status == 401


@pytest.mark.parametrize("parts", [0, -1, 10_001])
def test_a_silly_number_of_parts_is_refused(served: Served, parts: int) -> None:
    reply = served.ask("POST", f"{PROXY}/mpu/create/1/r", {"path": "x.bin", "num_parts": parts})
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_the_address_of_a_file_is_told(served: Served) -> None:
    run_id = served.run()
    address = served.call("POST", "artifacts/presigned-upload-url", {"run_id": run_id, "path": "sub/ü x.bin"})
    assert put_at(address["presigned_url"], b"0123456789", address["headers"]).status == 200
    for told in (
        served.ask("GET", f"{PROXY}/presigned/0/{run_id}/artifacts/sub/%C3%BC%20x.bin").json,
        served.call("POST", "artifacts/presigned-download-url", {"run_id": run_id, "path": "sub/ü x.bin"}),
    ):
        assert told["file_size"] == 10
        parts = urlsplit(told.get("url") or told["presigned_url"])
        part = served.ask("GET", parts.path, headers={**told["headers"], "Range": "bytes=2-4"})
        assert (part.status, part.body) == (206, b"234")
    missing = served.ask("GET", f"{PROXY}/presigned/0/{run_id}/artifacts/none")
    assert (missing.status, missing.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert served.fault("POST", "artifacts/presigned-upload-url", {"path": "x"})[0] == 400
    assert served.fault("POST", "artifacts/presigned-upload-url", {"run_id": run_id, "path": "../../x"})[0] == 400
    assert served.fault("POST", "artifacts/presigned-upload-url", {"run_id": run_id})[0] == 400

"""Artifacts that are larger than a server's memory may be, and uploads that somebody cuts off."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import PATIENCE_SECONDS, Tool, until

MIB = 1 << 20
LARGE = 512 * MIB
ALLOWED = 64 * MIB
PROXY = "/api/2.0/mlflow-artifacts/artifacts"


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


class Memory:
    """Watches what a process and its children have for themselves, their share of what they share included (PSS)."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.before = self._now()
        self.most = self.before
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @contextmanager
    def watched(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self.most = max(self.most, self._now())

    def _now(self) -> int:
        return sum(each.memory_full_info().pss for each in (self._process, *self._process.children(recursive=True)))


def test_a_large_file_costs_little_memory_both_ways(served: ServedStore, tmp_path: Path) -> None:
    served.start()
    served.get(f"{PROXY}?path=")
    assert served.process is not None
    file = tmp_path / "large.bin"
    with file.open("wb") as sparse:
        sparse.truncate(LARGE - 1)
        sparse.seek(LARGE - 1)
        sparse.write(b"x")
    memory = Memory(served.process.pid)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE_SECONDS)
    with memory.watched():
        with file.open("rb") as body:
            connection.request(
                "PUT",
                f"{PROXY}/0/r/artifacts/large.bin",
                iter(lambda: body.read(MIB), b""),
                {"Content-Length": str(LARGE)},
            )
            tag = connection.getresponse()
            tag.read()
        connection.request("GET", f"{PROXY}/0/r/artifacts/large.bin")
        answer = connection.getresponse()
        digest = hashlib.sha256()
        while chunk := answer.read(MIB):
            digest.update(chunk)
    connection.close()
    assert answer.getheader("etag") == tag.getheader("etag") == f'"{digest.hexdigest()}"'
    assert memory.most - memory.before <= ALLOWED


ONE_LARGE_FILE = """
import sys, mlplat
with mlplat.start_run() as run:
    mlplat.log_artifact(sys.argv[1] if len(sys.argv) > 1 else "weights.bin")
    print(run.info.run_id, flush=True)
"""


def uploading(served: ServedStore) -> Path | None:
    """The file of which a part has come, if any."""
    found = [path for path in served.home.glob("uploads/*.part") if path.stat().st_size > MIB]
    return found[0] if found else None


@pytest.fixture
def weights(served: ServedStore) -> Path:
    file = served.tool.folder / "weights.bin"
    file.write_bytes(os.urandom(MIB) * 256)
    return file


def kept(served: ServedStore) -> Path:
    (file,) = served.home.glob("artifacts/*/*/artifacts/weights.bin")
    return file


def waited_for(served: ServedStore) -> Path:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := uploading(served):
            return found
        time.sleep(0.002)
    raise AssertionError("waited in vain for an upload")


def test_an_upload_of_a_killed_script_goes_on_where_it_stopped(served: ServedStore, weights: Path) -> None:
    served.start()
    script = served.script(ONE_LARGE_FILE)
    part = waited_for(served)
    script.kill()
    script.communicate()
    number, come = part.stat().st_ino, part.stat().st_size
    assert come < weights.stat().st_size, "it was too fast to be cut off"

    assert served.sync()["failures"] == []
    assert kept(served).read_bytes() == weights.read_bytes()
    assert kept(served).stat().st_ino == number, "the upload began anew"
    assert served.spooled() == []
    assert list(served.home.glob("uploads/*")) == []


def test_an_upload_to_a_killed_server_goes_on_where_it_stopped(served: ServedStore, weights: Path) -> None:
    served.start()
    script = served.script(ONE_LARGE_FILE)
    number = waited_for(served).stat().st_ino
    served.kill()
    assert not list(served.home.glob("artifacts/*/*/artifacts/weights.bin"))
    served.start()
    _, said = script.communicate(timeout=PATIENCE_SECONDS)
    assert script.returncode == 0, said

    assert served.sync()["failures"] == []
    assert kept(served).read_bytes() == weights.read_bytes()
    assert kept(served).stat().st_ino == number, "the upload began anew"


def test_an_upload_in_flight_is_finished_after_a_signal(served: ServedStore) -> None:
    served.start()
    assert served.process is not None
    content = os.urandom(4 * MIB)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE_SECONDS)
    connection.putrequest("PUT", f"{PROXY}/0/r/artifacts/x.bin")
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content[: 2 * MIB])
    until(lambda: list(served.home.glob("artifacts/.mlplat-content/uploads/*")), "the upload to begin")
    served.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        served.process.wait(0.5)
    connection.send(content[2 * MIB :])
    assert connection.getresponse().status == 200
    connection.close()
    served.process.communicate(timeout=PATIENCE_SECONDS)
    assert served.process.returncode == 0
    assert (served.home / "artifacts/0/r/artifacts/x.bin").read_bytes() == content

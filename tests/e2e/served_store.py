"""A real `mlplat server` process over a folder, and scripts that log to it. In: a Tool. Out: processes and runs."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.tool import PATIENCE_SECONDS, Tool
from tests.local_store import open_local

READY = re.compile(r"is served at (\S+)")


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class ServedStore:
    """A store, served at a fixed address while `start` is followed by no `stop` or `kill`."""

    tool: Tool
    home: Path
    port: int = field(default_factory=free_port)
    words: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ("server", "--backend-store-uri", self.home, "--port", self.port, *self.words)
        self.process = self.tool.start(*words)
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert READY.search(line), line + self.process.stderr.read()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        self.process = None
        return code

    def kill(self) -> None:
        assert self.stop(signal.SIGKILL) == -signal.SIGKILL

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310 - our own
            content: bytes = answer.read()
            return content

    def script(self, code: str, **env: str) -> subprocess.Popen[str]:
        """Start a script that logs to this server."""
        path = self.tool.folder / "script.py"
        path.write_text(code, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, str(path)],
            cwd=self.tool.folder,
            env={**self.tool.env, "MLPLAT_TRACKING_URI": self.url, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sync(self, code: int = 0) -> dict[str, Any]:
        (outcome,) = self.tool("sync", "--json", code=code, MLPLAT_TRACKING_URI=self.url).json()["servers"]
        found: dict[str, Any] = outcome
        return found

    @property
    def spool(self) -> Path:
        return Path(self.tool.env["MLPLAT_SPOOL_DIR"])

    def spooled(self) -> list[Path]:
        """Every journal that waits on the client's side."""
        return sorted(self.spool.glob("*/journals/*/*.jsonl"))

    def points(self, run_id: str, key: str) -> list[tuple[int, float]]:
        """Every point of a metric that the store holds, by step."""
        with contextlib.closing(open_local(self.home)) as store:
            found, token = [], None
            while True:
                page = store.metric_history(run_id, key, page_token=token)
                found += [(metric.step, metric.value) for metric in page.items]
                token = page.token
                if token is None:
                    return sorted(found)

    def status(self, run_id: str) -> str:
        with contextlib.closing(open_local(self.home)) as store:
            return str(store.get_run(run_id).info.status)


def served_store(tool: Tool, folder: Path) -> Iterator[ServedStore]:
    """Hand out a store that no server serves yet; ends the one that serves it then."""
    tool = Tool(tool.folder, {**tool.env, "MLPLAT_SPOOL_DIR": str(folder / "spool")})
    served = ServedStore(tool, folder / "store")
    yield served
    if served.process is not None and served.process.poll() is None:
        served.kill()

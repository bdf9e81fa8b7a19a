"""The stock client as the maker and the reader of stores. In: an environment and an address. Out: JSON of all of it."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.served_store import free_port

HERE = Path(__file__).parent
_START_SECONDS = 120
_DRIVERS = ("psycopg", "pymysql", "PyMySQL")


@dataclass(frozen=True)
class Stock:
    """An environment with an unmodified mlflow.

    Args:
        python: its interpreter. folder: where its processes run.
    """

    python: Path
    folder: Path

    def fill(self, uri: str) -> None:
        """Record everything that this version can record."""
        self._run("fill_source.py", uri)

    def read(self, uri: str, outcome: Path) -> dict[str, Any]:
        """Read everything back."""
        self._run("read_back.py", uri, OUTCOME=str(outcome))
        found: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
        return found

    def traces(self, uri: str, outcome: Path) -> dict[str, Any]:
        """Read every trace."""
        self._run("read_traces.py", uri, OUTCOME=str(outcome))
        found: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
        return found

    @contextmanager
    def serving(self, uri: str) -> Iterator[str]:
        """Run a real `mlflow server` over a store; yields its address."""
        port = free_port()
        words = ("server", "--backend-store-uri", uri, "--port", str(port), "--workers", "1", "--host", "127.0.0.1")
        with (self.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [self.python, "-m", "mlflow", *words],
                env=self._environment(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            _wait(process, f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 15)
            process.wait()

    def _run(self, script: str, uri: str, **environment: str) -> None:
        done = subprocess.run(
            [self.python, HERE / script],
            env=self._environment() | {"MLFLOW_TRACKING_URI": uri} | environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "MLFLOW_ALLOW_FILE_STORE": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(_drivers(self.folder)),
        }


def _drivers(folder: Path) -> Path:
    """Lend an environment our drivers of databases, which it has none of."""
    lent = folder / "drivers"
    if not lent.exists():
        lent.mkdir()
        installed = Path(sysconfig.get_path("purelib"))
        for path in installed.iterdir():
            if path.name.startswith(_DRIVERS):
                (lent / path.name).symlink_to(path)
    return lent


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own
                return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, "mlflow server ended"
            assert time.monotonic() < deadline, "mlflow server does not answer"
            time.sleep(0.2)

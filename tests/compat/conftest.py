"""The stock client in an environment of its own, and a server for it to talk to.

The environment is built once and kept in pytest's cache folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mlplat_cli.server.app import build_app
from mlplat_cli.server.loopback import LoopbackServer
from mlplat_cli.store.interface import Store
from tests import frameworks
from tests.e2e.served_store import served_store
from tests.e2e.tool import Tool, clean_environment
from tests.local_store import open_local
from tests.server.conftest import SECRET, listening

SCRIPTS = Path(__file__).parent / "scripts"

PACKAGES = {
    "current": (
        "mlflow>=3",
        "scikit-learn",
        "pandas",
        "matplotlib",
        "pillow",
        "opentelemetry-exporter-otlp-proto-http",
    ),
    "middle": ("mlflow==2.14.3", "pandas<3", "sqlalchemy<2.1", "setuptools<81"),
    "older": ("mlflow>=2.22,<3", "scikit-learn", "pandas"),
    # With what was current in its time, as far as that runs on the Python of the tests.
    "oldest": (
        "mlflow==1.23.1",
        "scikit-learn",
        "numpy<1.24",
        "pandas<2",
        "protobuf<3.21",
        "sqlalchemy<2",
        "flask<2.3",
        "setuptools<81",
    ),
}


@pytest.fixture(scope="session")
def stock_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment with an unmodified mlflow of today."""
    return environment(request.config, "current")


@pytest.fixture(scope="session")
def older_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment with an unmodified mlflow 2."""
    return environment(request.config, "older")


@pytest.fixture(scope="session")
def oldest_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment with an unmodified mlflow 1.23, the last for Python 3.6."""
    if sys.version_info >= (3, 12):
        pytest.skip("mlflow 1.23 does not run on Python 3.12 and later, nor does the numpy that it needs")
    return environment(request.config, "oldest")


def environment(config: pytest.Config, name: str) -> Path:
    return frameworks.environment(config, "stock-client", name, PACKAGES[name])


@dataclass
class Tracking:
    """A running server and what it answered."""

    url: str
    home: Path
    store: Store
    counted: Counter[tuple[str, int]] = field(default_factory=Counter)
    access_log: Path | None = None
    owner: str | None = None

    @property
    def statuses(self) -> Counter[tuple[str, int]]:
        """How often each path was answered with each status."""
        if self.access_log is None:
            return self.counted
        lines = [json.loads(line) for line in self.access_log.read_text(encoding="utf-8").splitlines()]
        return Counter((f"{line['verb']} {line['path']}", line["status"]) for line in lines)

    @property
    def retried(self) -> list[tuple[str, int]]:
        """The answers that a stock client would ask for again."""
        return [answer for answer in self.statuses if answer[1] in {408, 429, 500, 502, 503, 504}]


@pytest.fixture(params=["thread", "process"])
def tracking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tracking]:
    """A server of either kind: the one beside a run, and `mlplat server`."""
    yield from (beside_a_run if request.param == "thread" else by_itself)(tmp_path)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Tracking]:
    """A server that wants a secret."""
    yield from beside_a_run(tmp_path)


def by_itself(folder: Path, **variables: str) -> Iterator[Tracking]:
    log = folder / "access.jsonl"
    tool = Tool(folder, {**clean_environment(folder / "cache", folder / "config"), **variables})
    for served in served_store(tool, folder):
        served.words = ("--access-log", str(log))
        served.start()
        store = open_local(served.home)
        yield Tracking(served.url, served.home, store, access_log=log)
        store.close()
        assert served.stop() == 0


def beside_a_run(tmp_path: Path) -> Iterator[Tracking]:
    home = tmp_path / ".mlplat"
    store = open_local(home)
    statuses: Counter[tuple[str, int]] = Counter()

    def build() -> ASGIApp:
        app = build_app(store, home=home, secret=SECRET, before_read=lambda _: None, owner="run/1-abc")

        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            async def counted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    statuses[f"{scope['method']} {scope['path']}", message["status"]] += 1
                await send(message)

            await app(scope, receive, counted)

        return counting

    server = LoopbackServer(listening(), build)
    server.start()
    yield Tracking(server.url, home, store, statuses, owner="run/1-abc")
    assert server.stop(10)
    store.close()


def run_script(python: Path, name: str, tracking: Tracking, folder: Path, **environment: str) -> str:
    """Run one of `scripts/` as a process of its own; returns the id of the run that it reports."""
    outcome = folder / "outcome"
    done = subprocess.run(
        [python, SCRIPTS / f"{name}.py"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "MLFLOW_TRACKING_URI": tracking.url,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PYTHONWARNINGS": "ignore",
            "OUTCOME": str(outcome),
            **environment,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return outcome.read_text()

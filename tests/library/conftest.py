"""A store of its own for every test, and what the tool's decoder reads in its journals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

import mlplat
from mlplat import experiments, location, reader, runs
from mlplat.journal import read_lines
from mlplat_cli.entities import Record

_decoder = msgspec.json.Decoder(Record)

LIBRARY = Path(mlplat.__file__).parent
VARIABLES = ("RUN_ID", "EXPERIMENT_ID", "EXPERIMENT_NAME", "RUN_NAME", "TRACKING_URI", "TRACKING_TOKEN", "JOURNAL_DIR")


class Store:
    """The journals folder that a test logs to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journals = home / "journals"

    def files(self, run_id: str = "*") -> list[Path]:
        return sorted(self.journals.glob(f"{run_id}/*.jsonl"))

    def records(self, run_id: str = "*") -> list[Record]:
        """Every record but the headers, journal by journal."""
        return [record for path in self.files(run_id) for record in decoded(path)[1:]]

    def of(self, kind: type, run_id: str = "*") -> list:
        return [record for record in self.records(run_id) if isinstance(record, kind)]

    def staged(self, run_id: str = "*") -> dict[str, bytes]:
        """Every artifact that was logged, by its path."""
        found = {}
        for path in self.files(run_id):
            for record in decoded(path):
                if type(record).__name__ == "ArtifactRecord":
                    content = (path.with_suffix(".files") / record.staged).read_bytes()
                    assert len(content) == record.size
                    found[record.path] = content
        return found


def decoded(path: Path) -> list[Record]:
    return [_decoder.decode(payload) for payload, _ in read_lines(path)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name in VARIABLES:
        monkeypatch.delenv(f"MLPLAT_{name}", raising=False)
        monkeypatch.delenv(f"MLFLOW_{name}", raising=False)
    monkeypatch.delenv("MLFLOW_RUN_CONTEXT", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(location, "_default", [])
    monkeypatch.setattr(location, "_configured", [])
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(experiments, "_chosen", [])
    monkeypatch.setattr(reader, "_opened", {})
    monkeypatch.setattr(reader, "_entry_points", list)
    yield Store(tmp_path / ".mlplat")
    for run in (runs.active_run(), *runs._open.values()):
        if run is not None:
            runs._finish(run.writer, "FINISHED")
    for writer in runs._joined.values():
        writer.end(writer.status)
    runs._joined.clear()
    runs._runner_run.clear()


@pytest.fixture
def script(store: Store) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run code in a process of its own, in the store's folder."""

    def run(code: str, *, python: str = sys.executable, **options: object) -> subprocess.CompletedProcess[str]:
        path = store.home.parent / "script.py"
        path.write_text(code, encoding="utf-8")
        return subprocess.run(
            [python, str(path)], cwd=path.parent, capture_output=True, text=True, timeout=120, check=False, **options
        )

    return run


@pytest.fixture(scope="session")
def frameworks_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an interpreter whose environment has the frameworks that the library works with."""
    from uv import find_uv_bin

    folder = tmp_path_factory.mktemp("frameworks") / "venv"
    python = str(folder / "bin" / "python")
    packages = ["numpy", "pandas", "pillow", "matplotlib", "plotly", "pyyaml"]
    subprocess.run([find_uv_bin(), "venv", "-q", "-p", sys.executable, str(folder)], check=True)
    subprocess.run([find_uv_bin(), "pip", "install", "-q", "-p", python, *packages], check=True)
    return python

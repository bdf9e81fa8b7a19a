"""The two that are compared. In: this checkout, a folder to work in. Out: each in a virtual environment of its own.

mlplat is installed from the checkout as `pip install .` would, mlflow from the package index. Both environments are
kept in the working folder: mlplat's is made anew when its sources have changed, mlflow's when it is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import run, say

CHECKOUT = Path(__file__).resolve().parents[1]
INSTALLED = ("pyproject.toml", "README.md", "mlplat", "mlplat_cli")
"""What `pip install` of the checkout reads."""

FOREIGN = ("MLPLAT_", "MLFLOW_", "PYTHON", "VIRTUAL_ENV", "CONDA_")
"""How the names of variables begin that would make this machine's settings part of the result."""

STAMP = "benchmarks.json"


@dataclass(frozen=True)
class Side:
    """An installed tool.

    Attributes:
        name: of its distribution. version: of what is installed.
        folder: its virtual environment. work: the folder of all benchmarks, for caches and projects.
        program: what its command is called, where that is not its name.
    """

    name: str
    version: str
    folder: Path
    work: Path
    program: str = ""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def command(self) -> Path:
        """The program itself."""
        return self.folder / "bin" / (self.program or self.name)

    def env(self, **changes: str | Path) -> dict[str, str]:
        """Return the variables to run with: `surroundings`, its programs first on the path, and changes."""
        variables = surroundings(self.work)
        variables["PATH"] = os.pathsep.join([str(self.folder / "bin"), variables.get("PATH", os.defpath)])
        variables.update({name: str(value) for name, value in changes.items()})
        return variables


def surroundings(work: Path) -> dict[str, str]:
    """Return the machine's variables, less any settings of either tool, with caches in the working folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | {
        "PIP_CACHE_DIR": str(work / "cache" / "pip"),
        "UV_CACHE_DIR": str(work / "cache" / "uv"),
        "MLPLAT_CACHE_DIR": str(work / "cache" / "mlplat"),
        "MLFLOW_ENV_ROOT": str(work / "cache" / "mlflow"),
        # A benchmark is nobody's use of mlflow, and waiting for a network would be held against it.
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }


def prepare(work: Path) -> tuple[Side, Side]:
    """Return mlplat and mlflow, installed."""
    work.mkdir(parents=True, exist_ok=True)
    ours = _installed(work, "mlplat", str(CHECKOUT), _digest())
    peer = _installed(work, "mlflow", "mlflow", "any")
    return ours, peer


def _digest() -> str:
    """Name what would be installed by its content."""
    content = hashlib.sha256(sys.version.encode())
    for name in INSTALLED:
        top = CHECKOUT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                content.update(str(path.relative_to(CHECKOUT)).encode() + b"\0" + path.read_bytes())
    return content.hexdigest()


def _installed(work: Path, name: str, requirement: str, digest: str) -> Side:
    folder = work / "venvs" / name
    stamp = folder / STAMP
    if not stamp.is_file() or json.loads(stamp.read_text())["digest"] != digest:
        say(f"installing {name}")
        _install(work, folder, requirement)
        version = _version(work, folder, name)
        stamp.write_text(json.dumps({"digest": digest, "version": version}))
    return Side(name, json.loads(stamp.read_text())["version"], folder, work)


def _install(work: Path, folder: Path, requirement: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    env = surroundings(work)
    run([sys.executable, "-m", "venv", folder], cwd=work, env=env)
    run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", requirement], cwd=work, env=env)


def _version(work: Path, folder: Path, name: str) -> str:
    question = f"from importlib.metadata import version; print(version({name!r}))"
    return run([folder / "bin" / "python", "-c", question], cwd=work, env=surroundings(work)).output.strip()

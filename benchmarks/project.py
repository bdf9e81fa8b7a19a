"""Projects that only tell when they began. In: a folder, packages. Out: an MLproject, the time to its first line."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measuring import BenchmarkError, Finished, run
from benchmarks.sides import Side

MLPROJECT = """\
name: nothing
{environment}
entry_points:
  main:
    command: "python -c 'import time; print(time.time_ns()){then}'"
"""

PYTHON_ENV = """\
python: "{python}"
build_dependencies: []
dependencies: [{packages}]
"""

OUTPUTS = (".mlplat", "mlruns", "mlflow.db")
"""What running leaves in the folder, either tool's store; ignored, so that the working tree stays clean."""


def make(folder: Path, packages: Sequence[str] | None = None, then: str = "") -> Path:
    """Make a project's folder anew.

    Args:
        packages: what its environment holds; none at all for a project that says nothing of one.
        then: a statement that it ends with.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = "" if packages is None else "python_env: python_env.yaml"
    then = f"; {then}" if then else ""
    (folder / "MLproject").write_text(MLPROJECT.format(environment=environment, then=then))
    (folder / ".gitignore").write_text("\n".join(OUTPUTS) + "\n")
    if packages is not None:
        python_env = PYTHON_ENV.format(python=platform.python_version(), packages=", ".join(packages))
        (folder / "python_env.yaml").write_text(python_env)
    return folder


def commit(folder: Path, env: Mapping[str, str]) -> Path:
    """Make the folder a git repository with one commit and nothing else."""
    who = ["-c", "user.name=benchmarks", "-c", "user.email=benchmarks@example.com", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "--message", "nothing"]):
        run(["git", *words], cwd=folder, env=env)
    return folder


def forget(folder: Path) -> None:
    """Remove what earlier runs left in a project's folder."""
    for name in OUTPUTS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def start(side: Side, folder: Path, *options: str, **variables: str | Path) -> tuple[float, Finished]:
    """Run `TOOL run . OPTIONS` in a project's folder; return the seconds to its first line, and all that was used.

    Raises:
        BenchmarkError: the run failed, or the project's line is not in the output.
    """
    finished = run([side.command, "run", ".", *options], cwd=folder, env=side.env(**variables))
    for line in finished.output.splitlines():
        if line.strip().isdigit():
            return (int(line) - finished.started) / 1e9, finished
    raise BenchmarkError(f"{side.name} run: the project's line is not in the output:\n{finished.output}")

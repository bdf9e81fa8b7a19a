"""The environment of scikit-learn and pandas with a warm package cache: a whole `run` of a project that needs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, alternating, wall_seconds
from benchmarks.places import Places

AT_MOST_S = 5
AT_LEAST_PEER = 5
PYTHON_ENV = "python: '{version}'\nbuild_dependencies: [pip]\ndependencies: [scikit-learn, pandas]\n"
ML_PROJECT = 'name: env\npython_env: python_env.yaml\nentry_points: {main: {command: "python -c pass"}}\n'


def measure(places: Places) -> Iterator[Row]:
    """Build the environment anew each time; package caches are filled by a first run that is not counted."""
    project = places.fresh("env-project")
    version = ".".join(map(str, __import__("sys").version_info[:3]))
    (project / "python_env.yaml").write_text(PYTHON_ENV.format(version=version))
    (project / "MLproject").write_text(ML_PROJECT)
    manager = "virtualenv" if shutil.which("pyenv") else "uv"

    def ours() -> float:
        folder = places.fresh("env-ours")
        env = {"MLPLAT_CACHE_DIR": str(folder / "cache")}
        return wall_seconds([places.our("mlplat"), "run", project, "--no-system-metrics"], cwd=folder, env=env)

    def peer() -> float:
        folder = places.fresh("env-peer")
        env = {"MLFLOW_ENV_ROOT": str(folder / "envs"), "PATH": _path(places.peer)}
        return wall_seconds([places.their("mlflow"), "run", project, "--env-manager", manager], cwd=folder, env=env)

    ours(), peer()
    (mine,) = alternating(3, ours)
    (theirs,) = alternating(2, peer)
    yield Row(f"run with a new scikit-learn + pandas environment (mlflow: {manager})", "s", mine, theirs,
              f"at most {AT_MOST_S} s, {AT_LEAST_PEER} times less",
              mine <= AT_MOST_S and theirs / mine >= AT_LEAST_PEER)  # fmt: skip


def _path(environment: Path) -> str:
    return f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"

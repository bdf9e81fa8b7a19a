"""Building the environment of scikit-learn and pandas, every package being in the package cache already.

Each repetition starts with no environment and no lock. The first line of the project tells when its environment was
there. Then it imports both packages, which pip has compiled by then and uv leaves to the first import: the whole
command is therefore compared as well. mlflow is measured with the environment manager that it uses when none is named,
which needs pyenv, and with uv.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import project
from benchmarks.comparison import Comparison, at_most, times_less
from benchmarks.measuring import Sample, alternate, say
from benchmarks.sides import Side

ROUNDS = 3

AT_MOST_S = 5
TIMES_LESS = 5

PACKAGES = ("scikit-learn", "pandas")
THEIR_DEFAULT = "`mlflow run .`"
THEIR_UV = "`mlflow run . --env-manager uv`"
OURS = "`mlplat run .`"


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare runs of a project whose environment is not built yet."""
    whole: dict[str, list[float]] = {}
    tasks: dict[str, Callable[[], float]] = {}
    uv = ours.folder / "bin" / "uv"
    for name, side, options in _commands(ours, peer):
        folder = project.make(ours.work / "environment" / str(len(tasks)), PACKAGES, then="import sklearn, pandas")
        whole[name] = []
        tasks[name] = partial(_build, whole[name], uv, side, project.commit(folder, side.env()), *options)
    for name, task in tasks.items():
        say(f"  filling the package cache: {name}")
        task()
        whole[name].clear()
    built = alternate(tasks, rounds)
    done = {name: Sample(tuple(seconds)) for name, seconds in whole.items()}
    theirs = [name for name in tasks if name != OURS]
    targets = (at_most(built[OURS], AT_MOST_S, "s"), times_less(built[OURS], built[theirs[0]], TIMES_LESS))
    return [
        Comparison(
            f"{OURS} with a new environment, to the first line", "s", built[OURS], theirs[0], built[theirs[0]], targets
        ),
        *(Comparison(f"{OURS}, to the first line", "s", built[OURS], name, built[name]) for name in theirs[1:]),
        *(Comparison(f"{OURS}, to the end, both imported", "s", done[OURS], name, done[name]) for name in theirs),
    ]


def _commands(ours: Side, peer: Side) -> list[tuple[str, Side, tuple[str, ...]]]:
    commands: list[tuple[str, Side, tuple[str, ...]]] = [(OURS, ours, ())]
    if shutil.which("pyenv"):
        commands.append((THEIR_DEFAULT, peer, ()))
    else:
        say("  there is no pyenv, which mlflow's own choice of environment manager needs: uv alone")
    return [*commands, (THEIR_UV, peer, ("--env-manager", "uv"))]


def _build(whole: list[float], uv: Path, side: Side, folder: Path, *options: str) -> float:
    """Run with empty caches of environments; return the seconds to the first line, and keep those to the end."""
    # mlflow looks for uv on the path; mlplat's own is the same program for both.
    path = os.pathsep.join([side.env()["PATH"], str(uv.parent)])
    with tempfile.TemporaryDirectory(dir=side.work / "cache") as empty:
        variables = {"MLPLAT_CACHE_DIR": empty, "MLFLOW_ENV_ROOT": empty, "PATH": path}
        first_line, finished = project.start(side, folder, *options, **variables)
    whole.append(finished.wall)
    return first_line

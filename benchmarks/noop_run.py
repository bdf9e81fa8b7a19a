"""What `run` adds to a project: from the command to the project's first line, its environment being there already.

Measured in a clean git repository, which is what a project usually is, in a plain folder, and where the store is not
there yet, as in a folder's very first run. mlflow runs with `--env-manager local`, its fastest; mlplat with that and
with a virtual environment that was built before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import project
from benchmarks.comparison import Comparison, at_most, times_less
from benchmarks.measuring import Sample, alternate
from benchmarks.sides import Side

ROUNDS = 7

AT_MOST_MS = 300
TIMES_LESS = 25

LOCAL = ("--env-manager", "local")


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare runs of a project that does nothing."""
    top = ours.work / "noop"
    tasks: dict[str, Callable[[], float]] = {}
    for side in (ours, peer):
        repository = project.commit(project.make(top / side.name / "repository"), side.env())
        tasks[f"{side.name} repository"] = partial(_first_line, side, repository, *LOCAL)
        new = project.commit(project.make(top / side.name / "new"), side.env())
        tasks[f"{side.name} new"] = partial(_first_run, side, new)
        tasks[f"{side.name} folder"] = partial(_first_line, side, project.make(top / side.name / "folder"), *LOCAL)
    built = project.commit(project.make(top / "mlplat" / "built", packages=["packaging"]), ours.env())
    tasks["mlplat built"] = partial(_first_line, ours, built)
    for task in tasks.values():
        task()
    measured = alternate(tasks, rounds)
    peers = {where: measured[f"mlflow {where}"] for where in ("repository", "folder", "new")}
    return [
        _compared(
            "git repository, `--env-manager local`", measured["mlplat repository"], peers["repository"], promised=True
        ),
        _compared("git repository, virtual environment", measured["mlplat built"], peers["repository"], promised=True),
        _compared("plain folder, `--env-manager local`", measured["mlplat folder"], peers["folder"], promised=True),
        _compared("git repository, store not there yet", measured["mlplat new"], peers["new"], promised=False),
    ]


def _first_line(side: Side, folder: Path, *options: str) -> float:
    """Return the milliseconds from starting the command to the project's first line."""
    return project.start(side, folder, *options)[0] * 1000


def _first_run(side: Side, folder: Path) -> float:
    """Do the same where nothing has run before, so that the store is made as well."""
    project.forget(folder)
    return _first_line(side, folder, *LOCAL)


def _compared(where: str, ours: Sample, theirs: Sample, *, promised: bool) -> Comparison:
    targets = (at_most(ours, AT_MOST_MS, "ms"), times_less(ours, theirs, TIMES_LESS)) if promised else ()
    beside = "`mlflow run . --env-manager local`"
    return Comparison(f"`mlplat run .` to the first line: {where}", "ms", ours, beside, theirs, targets)

"""`run` of a project that does nothing: from the command to the project's first line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, Words, alternating, run
from benchmarks.places import Places

AT_MOST_MS = 300
AT_LEAST_PEER = 25
FIRST_LINE = "import sys, time; open(sys.argv[1], 'w').write(str(time.time_ns()))"


def measure(places: Places) -> Iterator[Row]:
    """Run the same clean git repository with both, in the current environment, and with ours in a built one too."""
    project = _project(places)
    plain, built = places.fresh("noop-local"), places.fresh("noop-built")
    requirements = _project(places, requirements="six\n")
    mlplat = places.our("mlplat")
    ours = [mlplat, "run", project, "--env-manager", "local"]
    in_built = [mlplat, "run", requirements]
    run([*in_built, "-P", f"stamp={built / 'first'}"], cwd=built)
    local, virtual = alternating(
        9, lambda: _to_first_line(ours, plain, places.ours), lambda: _to_first_line(in_built, built, places.ours)
    )
    theirs = [places.their("mlflow"), "run", project, "--env-manager", "local"]
    (peer,) = alternating(3, lambda: _to_first_line(theirs, places.fresh("noop-peer"), places.peer))
    for name, seconds in (("local", local), ("virtualenv, built", virtual)):
        met = seconds * 1000 <= AT_MOST_MS and peer / seconds >= AT_LEAST_PEER
        yield Row(f"run of nothing to its first line ({name})", "ms", seconds * 1000, peer * 1000,
                  f"at most {AT_MOST_MS} ms, {AT_LEAST_PEER} times less", met)  # fmt: skip


def _project(places: Places, requirements: str | None = None) -> Path:
    folder = places.fresh("noop-project")
    (folder / "MLproject").write_text(
        "name: noop\nentry_points:\n  main:\n    parameters:\n      stamp: string\n"
        '    command: "python noop.py {stamp}"\n'
    )
    (folder / "noop.py").write_text(FIRST_LINE)
    if requirements:
        (folder / "requirements.txt").write_text(requirements)
    run(["git", "init", "--quiet", folder])
    run(["git", "-C", folder, "add", "--all"])
    run(["git", "-C", folder, "-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "--quiet", "-m", "noop"])
    return folder


def _to_first_line(words: Words, cwd: Path, environment: Path) -> float:
    """Return the seconds from the command's start to the moment that the project's first line wrote down."""
    import os

    stamp = cwd / "first"
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    start = time.time_ns()
    run([*words, "-P", f"stamp={stamp}"], cwd=cwd, env={"PATH": path})
    return (int(stamp.read_text()) - start) / 1e9

"""Where people have Python interpreters. In: the environment and the home folder. Out: paths that may be one.

A candidate says what its place tells of its version, so that an interpreter that cannot fit is never started.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.environments.constraint import Version

MINORS = range(6, 20)
"""The minor versions of Python 3 whose programs are looked for on PATH."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that may be a Python: where it was found, and as much of its version as the place tells."""

    path: Path
    origin: str
    hint: Version = ()


def candidates() -> Iterator[Candidate]:
    """Yield every place to look at: PATH, pyenv, uv, the system's folders, conda; none is started."""
    seen: set[str] = set()
    for candidate in _everywhere():
        real = os.path.realpath(candidate.path)
        if real not in seen and _is_program(real):
            seen.add(real)
            yield candidate


def _everywhere() -> Iterator[Candidate]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder:
            yield from _in_folder(Path(folder), "PATH")
    yield from _pyenv()
    yield from _uv()
    for place in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin", "/opt/python/bin"):
        yield from _in_folder(Path(place), "system")
    frameworks = Path("/Library/Frameworks/Python.framework/Versions")
    for home in _folders(frameworks):
        yield from _in_home(home, "framework", home.name)
    for home in _folders(Path("/opt/python")):
        yield from _in_home(home, "/opt/python", home.name)
    yield from _conda()


def _in_folder(folder: Path, origin: str) -> Iterator[Candidate]:
    for minor in reversed(MINORS):
        yield Candidate(folder / f"python3.{minor}", origin, (3, minor))
    # Apple's python3 is a stub that may open a window; the other names are what a user installed.
    if not (sys.platform == "darwin" and folder == Path("/usr/bin")):
        yield Candidate(folder / "python3", origin, (3,))
        yield Candidate(folder / "python", origin)


def _pyenv() -> Iterator[Candidate]:
    """Look into pyenv's versions: its shims on PATH answer only for the version that is chosen at the moment."""
    roots = {Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"), Path.home() / ".pyenv"}
    for root in sorted(roots):
        for home in _folders(root / "versions"):
            yield from _in_home(home, "pyenv", home.name)


def _uv() -> Iterator[Candidate]:
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    root = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path(data) / "uv" / "python")
    for home in _folders(root):
        implementation, _, version = home.name.partition("-")
        if implementation == "cpython" and "freethreaded" not in version:
            yield from _in_home(home, "uv", version)


def _conda() -> Iterator[Candidate]:
    roots = [Path.home() / name for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba")]
    roots += [Path("/opt/conda"), Path("/opt/miniconda3"), Path("/opt/anaconda3")]
    if "CONDA_PREFIX" in os.environ:
        roots.append(Path(os.environ["CONDA_PREFIX"]))
    homes = [home for root in roots for home in (root, *_folders(root / "envs"))]
    with contextlib.suppress(OSError, UnicodeDecodeError):
        listed = (Path.home() / ".conda" / "environments.txt").read_text(encoding="utf-8")
        homes += [Path(line) for line in listed.splitlines() if line]
    for home in homes:
        for record in sorted((home / "conda-meta").glob("python-3*.json")):
            yield from _in_home(home, "conda", record.name.removeprefix("python-"))


def _in_home(home: Path, origin: str, version: str) -> Iterator[Candidate]:
    numbers = re.match(r"(?:cp)?(\d+)\.(\d+)(?:\.(\d+))?", version)
    if numbers is None:
        yield Candidate(home / "bin" / "python", origin)
        return
    hint = tuple(int(number) for number in numbers.groups() if number is not None)
    yield Candidate(home / "bin" / f"python{hint[0]}.{hint[1]}", origin, hint)


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(path for path in root.iterdir() if path.is_dir())
    except OSError:
        return []


def _is_program(path: str) -> bool:
    """Say whether the file is a program and no script: a script named python is a shim of a version manager."""
    if not os.access(path, os.X_OK):
        return False
    try:
        with Path(path).open("rb") as file:
            return file.read(2) != b"#!"
    except OSError:
        return False

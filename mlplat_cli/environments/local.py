"""The user's own Python. In: PATH as it is. Out: the interpreter that `python` starts in a project's folder."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from mlplat_cli.environments.interpreter import Interpreter, ProbeCache, own_interpreter

_VERSION_FILES = (".python-version", ".tool-versions", "mise.toml", ".mise.toml")
"""The files by which pyenv, asdf and mise decide what `python` is in a folder."""


def local_python(project_dir: Path) -> tuple[Path, Path | None, Interpreter]:
    """Return the program, the folder to put in front of PATH (None: none), and what the program answered.

    Without a `python` on PATH, or with one that does not answer, it is the tool's own.
    """
    probes = ProbeCache()
    found = shutil.which("python")
    answer = None
    if found is not None:
        answer = probes.ask_in(Path(found), project_dir, _deciding_state(project_dir))
    probes.save()
    if found is not None and answer is not None:
        return Path(found), None, answer
    own = Path(sys.executable)
    return own, own.parent, own_interpreter()


def _deciding_state(project_dir: Path) -> list[object]:
    """Return what a version manager's shim decides by, so that its answer can be kept until that changes."""
    here = project_dir.absolute()
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    files = [folder / name for folder in (here, *here.parents, Path.home()) for name in _VERSION_FILES]
    state: list[object] = [os.environ.get("PYENV_VERSION"), os.environ.get("ASDF_PYTHON_VERSION")]
    for file in (*files, root / "version"):
        try:
            state.append([str(file), file.stat().st_mtime_ns])
        except OSError:
            continue
    return state

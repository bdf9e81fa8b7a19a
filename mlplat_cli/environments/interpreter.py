"""The interpreter that an environment is made with. In: a version constraint. Out: an `Interpreter`.

The tool's own if it fits, else the newest that fits of all that people have, else one that uv fetches. What a
program answered when it was asked for its version is kept in interpreters.json until the program changes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from mlplat_cli.environments.constraint import (
    FULL_VERSION,
    PythonConstraint,
    Version,
    parse_constraint,
    parse_version,
)
from mlplat_cli.environments.discovery import Candidate, candidates
from mlplat_cli.environments.uv import fetch_python
from mlplat_cli.errors import InterpreterNotFoundError, MlplatError
from mlplat_cli.process.progress import Progress, SilentProgress
from mlplat_cli.process.tool import run_tool
from mlplat_cli.settings.folders import cache_dir

OLDEST = "3.6"
"""The oldest Python that uv resolves and installs for."""
PROBE_SECONDS = 20
FETCH_AGAIN_SECONDS = 24 * 3600
"""How long a fetch that failed is not tried again, when another interpreter can stand in."""

_PROBE = """
import json, os, platform, sys
base = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "implementation": platform.python_implementation().lower(),
    "platform": sys.platform + "-" + platform.machine(),
    "base": os.path.realpath(base if sys.prefix != getattr(sys, "base_prefix", sys.prefix) else sys.executable),
}))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that exists: its real program (never one of a virtual environment), version and platform.

    Args:
        path: the program. version: "3.11.7". implementation: "cpython". platform: "linux-x86_64".
        note: what the user should know, such as a patch version that stands in for another.
    """

    path: Path
    version: str
    implementation: str
    platform: str
    note: str | None = None


def find_interpreter(constraint: str | None, *, progress: Progress | None = None, fetch: bool = True) -> Interpreter:
    """Return the interpreter for a constraint such as "3.10", "3.8.18" or ">=3.9,<3.12"; None means the tool's own.

    "3.10" is the newest 3.10 of this machine. An exact version that is nowhere and cannot be fetched is replaced by
    the newest of the same minor version, with a note.

    Args:
        fetch: whether uv may download an interpreter; a plan does not.

    Raises:
        InterpreterNotFoundError: none fits; the message lists what was found.
    """
    own = own_interpreter()
    if constraint is None:
        return own
    wanted = parse_constraint(constraint)
    version = parse_version(own.version)
    assert version is not None
    if wanted.accepts(version):
        return own
    probes = ProbeCache()
    found = _search(wanted, probes)
    if found is None:
        instead = _stand_in(wanted, own, probes)
        if fetch and (instead is None or probes.may_fetch(wanted.text)):
            found = _fetch(wanted, probes, progress or SilentProgress())
        found = found or instead
    if found is None:
        raise _not_found(wanted, probes)
    probes.save()
    return found


def newest_of_each_minor(constraint: str | None) -> list[Interpreter]:
    """Return the Pythons of this machine that fit, the newest of each minor version, newest first.

    They go down to the oldest that uv can resolve for; None fits all.
    """
    wanted = parse_constraint(constraint or f">={OLDEST}")
    oldest = parse_constraint(f">={OLDEST}")
    probes = ProbeCache()
    found: dict[Version, tuple[Version, Interpreter]] = {}
    for candidate in candidates():
        interpreter = probes.ask(candidate) if _may_fit(wanted, candidate.hint) else None
        version = parse_version(interpreter.version) if interpreter else None
        if interpreter is None or version is None or interpreter.implementation != "cpython":
            continue
        known = found.get(version[:2])
        if wanted.accepts(version) and oldest.accepts(version) and (known is None or version > known[0]):
            found[version[:2]] = (version, interpreter)
    probes.save()
    return [found[minor][1] for minor in sorted(found, reverse=True)]


def still_there(path: Path, version: str) -> Interpreter | None:
    """Return the interpreter at a path if it is still that version; it is started only if it has changed."""
    probes = ProbeCache()
    interpreter = probes.ask(Candidate(path, "known"))
    probes.save()
    return interpreter if interpreter is not None and interpreter.version == version else None


def _fetch(wanted: PythonConstraint, probes: ProbeCache, progress: Progress) -> Interpreter | None:
    progress.step(f"fetching Python {wanted.text}")
    if fetch_python(wanted.text):
        return _search(wanted, probes)
    probes.fetch_failed(wanted.text)
    return None


def own_interpreter() -> Interpreter:
    """Return the Python that runs this tool, its base where the tool lives in a virtual environment."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    path = Path(os.path.realpath(base if sys.prefix != sys.base_prefix else sys.executable))
    version = "{}.{}.{}".format(*sys.version_info[:3])
    return Interpreter(path, version, sys.implementation.name, f"{sys.platform}-{os.uname().machine}")


def _search(wanted: PythonConstraint, probes: ProbeCache) -> Interpreter | None:
    return _newest(probes, lambda candidate: _may_fit(wanted, candidate.hint), wanted.accepts)


def _stand_in(wanted: PythonConstraint, own: Interpreter, probes: ProbeCache) -> Interpreter | None:
    """Return the newest of the same minor version as the one exact version that is wanted and nowhere."""
    exact = wanted.exact
    if exact is None:
        return None
    minor = exact[:2]
    if (parse_version(own.version) or ())[:2] == minor:
        found: Interpreter | None = own
    else:
        prefix = parse_constraint(".".join(map(str, minor)))
        found = _newest(probes, lambda candidate: _may_fit(prefix, candidate.hint), prefix.accepts)
    if found is None:
        return None
    return replace(found, note=f"Python {wanted.text} is not on this machine; Python {found.version} is used instead")


def _newest(
    probes: ProbeCache, likely: Callable[[Candidate], bool], accepts: Callable[[Version], bool]
) -> Interpreter | None:
    best: tuple[Version, Interpreter] | None = None
    for candidate in candidates():
        interpreter = probes.ask(candidate) if likely(candidate) else None
        if interpreter is None or interpreter.implementation != "cpython":
            continue
        version = parse_version(interpreter.version)
        if version and accepts(version) and (best is None or version > best[0]):
            best = (version, interpreter)
    return None if best is None else best[1]


def _may_fit(wanted: PythonConstraint, hint: Version) -> bool:
    """Say whether a program may fit of which only the first numbers are known."""
    if len(hint) == FULL_VERSION:
        return wanted.accepts(hint)
    if len(hint) <= 1:
        return True
    return any(wanted.accepts((*hint, patch)) for patch in range(40))


def _not_found(wanted: PythonConstraint, probes: ProbeCache) -> InterpreterNotFoundError:
    everything = [probes.ask(candidate) for candidate in candidates()]
    found = {f"{one.version} ({one.path})": parse_version(one.version) or () for one in everything if one}
    listed = ", ".join(sorted(found, key=lambda line: found[line], reverse=True)) or "none"
    probes.save()
    return InterpreterNotFoundError(
        f"no Python {wanted.text} on this machine, and it could not be fetched; found: {listed}",
        hint=f"install it (uv python install {wanted.text}, or pyenv install), change the version that the project asks"
        " for, or use --env-manager local",
    )


def _probe(path: Path, folder: Path | None) -> Interpreter | None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = run_tool([str(path), "-s", "-c", _PROBE], cwd=folder, env=env, timeout=PROBE_SECONDS)
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (MlplatError, ValueError):
        return None
    if not isinstance(answer, dict):
        return None
    return Interpreter(Path(answer["base"]), answer["version"], answer["implementation"], answer["platform"])


class ProbeCache:
    """What programs answered, by path and time of change, and which fetches failed lately."""

    def __init__(self) -> None:
        self._path = cache_dir() / "interpreters.json"
        self._changed = False
        try:
            self._data: dict[str, dict[str, Any]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._data = {}

    def ask(self, candidate: Candidate) -> Interpreter | None:
        """Return what the program is, its path the real one; it is started only if it is new or has changed."""
        return self._ask(os.path.realpath(candidate.path), candidate.path, None, [])

    def ask_in(self, path: Path, folder: Path, state: list[object]) -> Interpreter | None:
        """Return what the program answers in a folder; it may be a shim, whose answer hangs on `state`."""
        return self._ask(f"{path} {os.path.realpath(path)}", path, folder, state)

    def _ask(self, key: str, path: Path, folder: Path | None, state: list[object]) -> Interpreter | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        stamp = [stat.st_mtime_ns, stat.st_size, *state]
        known = self._data.get(key)
        if known is None or known.get("stamp") != stamp:
            answer = _probe(path, folder)
            known = {"stamp": stamp, "answer": None if answer is None else {**asdict(answer), "path": str(answer.path)}}
            self._data[key] = known
            self._changed = True
        values = known["answer"]
        return None if values is None else Interpreter(**{**values, "path": Path(values["path"])})

    def may_fetch(self, text: str) -> bool:
        """Say whether a fetch of this version has not failed lately."""
        failed = self._data.get("failed fetches", {}).get(text, 0.0)
        return time.time() - float(failed) > FETCH_AGAIN_SECONDS

    def fetch_failed(self, text: str) -> None:
        """Remember that this version could not be fetched now."""
        self._data.setdefault("failed fetches", {})[text] = time.time()
        self._changed = True

    def save(self) -> None:
        """Write what is new; a cache that cannot be written is no error."""
        if not self._changed:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(json.dumps(self._data), encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            return

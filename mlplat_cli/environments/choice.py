"""Which Python an environment gets, and the lock for it. In: an `EnvSpec`. Out: a `Choice`.

What a conda.yaml lists is ready-made, so a Python that it leaves open is one for which all of it has wheels: the
default if that will do, else the newest of this machine that will. What has no wheel for any of them may be built.
A choice other than the default is kept under choices/, so that it is made once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.indexes import IndexSettings
from mlplat_cli.environments.interpreter import Interpreter, find_interpreter, newest_of_each_minor, still_there
from mlplat_cli.environments.lock import Lock, cached_lock, lock_key, resolve_lock
from mlplat_cli.environments.requirement import mentions, requirement_name
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.environments.uv_failure import ResolutionError
from mlplat_cli.process.progress import Progress
from mlplat_cli.settings.folders import cache_dir


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a choice is not the default one.

    Args:
        refused: version of each Python that was tried in vain, the default first.
        lacking: names of packages that the default has no wheel for. built: names of those that no Python has one for.
    """

    refused: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    built: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """An interpreter, what its environment will hold, and what the user should know about it."""

    interpreter: Interpreter
    lock: Lock
    notes: tuple[str, ...]
    reason: _Reason = _Reason()

    def explain(self, error: ResolutionError, spec: EnvSpec) -> ResolutionError:
        """Return the error of a build, with the Pythons that were tried where they are to blame."""
        return _explained(error, spec, self.reason)


def choose_python(spec: EnvSpec, *, settings: IndexSettings, progress: Progress, refresh: bool = False) -> Choice:
    """Return the interpreter and its lock, from the cache unless `refresh`.

    Raises:
        InterpreterNotFoundError: none fits the spec. EnvironmentBuildError: the requirements fit none.
    """
    default = find_interpreter(spec.python, progress=progress)
    known = None if refresh else known_choice(spec, default, settings)
    return known or _Search(spec, default, settings, progress, refresh).run()


def known_choice(spec: EnvSpec, default: Interpreter, settings: IndexSettings) -> Choice | None:
    """Return an earlier choice whose interpreter and lock are still there, or None; nothing is resolved."""
    interpreter, reason = default, _Reason()
    kept = _read(_path(spec, default, settings)) if spec.binary else None
    if kept is not None:
        path, version, reason = kept
        found = default if path == default.path else still_there(path, version)
        if found is None:
            return None
        interpreter = found
    lock = cached_lock(_allowed(spec, reason), interpreter)
    return None if lock is None else _choice(spec, default, interpreter, lock, reason)


def _allowed(spec: EnvSpec, reason: _Reason) -> EnvSpec:
    """Return the spec with leave to build what has no wheel."""
    return replace(spec, binary=tuple(name for name in spec.binary if name not in reason.built))


def _choice(spec: EnvSpec, default: Interpreter, interpreter: Interpreter, lock: Lock, reason: _Reason) -> Choice:
    notes = [] if interpreter.note is None else [interpreter.note]
    if interpreter.path != default.path and spec.source is not None:
        lacking = tuple(name for name in reason.lacking if name not in reason.built)
        what = " and ".join(_written(spec, lacking)) or "what it lists"
        open_to = "names no Python" if spec.python is None else f"allows Python {spec.python}"
        minor = ".".join(interpreter.version.split(".")[:2])
        notes.append(
            f"{spec.source.name} {open_to}, and {what} has no build for {default.version}:"
            f" Python {interpreter.version} is used; write python={minor} to be sure"
        )
    return Choice(interpreter, lock, tuple(notes), reason)


def _written(spec: EnvSpec, names: tuple[str, ...]) -> list[str]:
    """Return the requirements of these names, exact versions as conda's users know them: scikit-learn 0.19.1."""
    lines = [without_credentials(line) for line in spec.requirements if requirement_name(line) in names]
    return list(dict.fromkeys(re.sub(r"==([^,;]+?)(\.\*)?$", r" \1", line) for line in lines))


def _explained(error: ResolutionError, spec: EnvSpec, reason: _Reason) -> ResolutionError:
    blamed = tuple(name for name in reason.built if mentions(error.message, name))
    if not blamed or spec.source is None:
        return error
    hint = (
        f"{' and '.join(_written(spec, blamed))} has no build for any Python of this machine"
        f" that the project allows (tried: {', '.join(reason.refused)}): install one that it has a build for, and name"
        f" it in {spec.source.name}, such as python=3.8; or ask for another version of it"
    )
    return error.said(error.message, hint=hint)


@dataclass(slots=True)
class _Search:
    """One search for a Python that everything has wheels for."""

    spec: EnvSpec
    default: Interpreter
    settings: IndexSettings
    progress: Progress
    refresh: bool
    others: list[Interpreter] | None = None

    def run(self) -> Choice:
        reason = _Reason()
        while True:
            asked = _allowed(self.spec, reason)
            refusals: dict[str, ResolutionError] = {}
            for interpreter in self._interpreters():
                try:
                    lock = self._resolve(asked, interpreter)
                except ResolutionError as error:
                    if interpreter is self.default and not (asked.binary and error.may_hang_on_python):
                        raise _explained(error, self.spec, reason) from error
                    refusals[interpreter.version] = error
                    continue
                self._keep(interpreter, reason := _after(reason, refusals))
                return _choice(self.spec, self.default, interpreter, lock, reason)
            reason = replace(_after(reason, refusals), built=(*reason.built, *_to_build(asked, refusals)))

    def _interpreters(self) -> Iterator[Interpreter]:
        yield self.default
        if self.others is None:
            minor = self.default.version.split(".")[:2]
            found = newest_of_each_minor(self.spec.python)
            self.others = [one for one in found if one.version.split(".")[:2] != minor]
        yield from self.others

    def _resolve(self, asked: EnvSpec, interpreter: Interpreter) -> Lock:
        return resolve_lock(asked, interpreter, progress=self.progress, settings=self.settings, refresh=self.refresh)

    def _keep(self, interpreter: Interpreter, reason: _Reason) -> None:
        if not self.spec.binary:
            return
        path = _path(self.spec, self.default, self.settings)
        if not reason.refused:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        values = [str(interpreter.path), interpreter.version, reason.refused, reason.lacking, reason.built]
        draft.write_text(json.dumps(values), encoding="utf-8")
        draft.replace(path)


def _after(reason: _Reason, refusals: dict[str, ResolutionError]) -> _Reason:
    """Return the reason with what the Pythons of one round answered, the default first."""
    lacking = next((error.lacking for error in refusals.values()), frozenset())
    return _Reason(
        tuple(dict.fromkeys([*reason.refused, *refusals])),
        tuple(dict.fromkeys([*reason.lacking, *sorted(lacking)])),
        reason.built,
    )


def _to_build(asked: EnvSpec, refusals: dict[str, ResolutionError]) -> tuple[str, ...]:
    """Return what no Python has a wheel for; everything, where each of them lacks something else."""
    lacking = [error.lacking for error in refusals.values() if error.may_hang_on_python]
    common = frozenset.intersection(*lacking)
    return tuple(name for name in asked.binary if name in common) or asked.binary


def _path(spec: EnvSpec, default: Interpreter, settings: IndexSettings) -> Path:
    asked = json.dumps([lock_key(spec, default, settings), spec.python])
    return cache_dir() / "choices" / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json"


def _read(path: Path) -> tuple[Path, str, _Reason] | None:
    try:
        python, version, *lists = json.loads(path.read_text(encoding="utf-8"))
        return Path(python), version, _Reason(*map(tuple, lists))
    except (OSError, ValueError, TypeError):
        return None

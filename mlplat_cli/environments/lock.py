"""An exact lock for an environment. In: an `EnvSpec` and an interpreter. Out: a `Lock` (PEP 751, hashes and all).

uv resolves. The answer is kept under locks/, named by everything that decides it, so that it is asked once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.indexes import IndexSettings, index_settings
from mlplat_cli.environments.requirement import local_paths, mentions, normal_name, requirement_name
from mlplat_cli.environments.uv import run_uv_building
from mlplat_cli.environments.uv_failure import ResolutionError, failure
from mlplat_cli.process.progress import Progress
from mlplat_cli.settings.folders import cache_dir

if TYPE_CHECKING:
    from mlplat_cli.environments.interpreter import Interpreter
    from mlplat_cli.environments.spec import EnvSpec

FORMAT = 1
_IGNORED_FOLDERS = frozenset({"__pycache__", "build", "dist", "node_modules", "mlruns"})
_METADATA_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")


@dataclass(frozen=True, slots=True)
class Lock:
    """Exactly what an environment holds.

    Args:
        text: a pylock.toml without credentials; "" when nothing is asked for.
        hash: hexadecimal digest of the text and of the local sources that it names.
        packages: (name, version) of each; the version of a local folder is "".
        python_version: such as "3.11.7". platform: such as "linux-x86_64".
    """

    text: str
    hash: str
    packages: tuple[tuple[str, str], ...]
    python_version: str
    platform: str


def resolve_lock(
    spec: EnvSpec, interpreter: Interpreter, *, progress: Progress, settings: IndexSettings, refresh: bool = False
) -> Lock:
    """Return the lock, from the cache unless `refresh`, else resolved by uv.

    Raises:
        EnvironmentBuildError: the requirements contradict each other, or something is not to be had.
    """
    path = _path(spec, interpreter, settings)
    lock = None if refresh else _read(path)
    if lock is None:
        progress.step(f"resolving {len(spec.requirements)} requirements for Python {interpreter.version}")
        lock = _resolve(spec, interpreter, settings)
        _write(path, lock)
    return lock


def cached_lock(spec: EnvSpec, interpreter: Interpreter) -> Lock | None:
    """Return the lock of an earlier resolution, or None; nothing is resolved."""
    return _read(_path(spec, interpreter, index_settings(spec.requirements)))


def lock_key(spec: EnvSpec, interpreter: Interpreter, settings: IndexSettings) -> str:
    """Return a digest of everything that decides the lock."""
    asked = {
        "format": FORMAT,
        "requirements": spec.requirements,
        "constraints": spec.constraints,
        "binary": spec.binary,
        "file": _digest(spec.source) if spec.whole_file and spec.source else None,
        "local": _local_key(spec),
        "python": [interpreter.version, interpreter.implementation, interpreter.platform],
        "indexes": settings.key,
    }
    text = without_credentials(json.dumps(asked, sort_keys=True))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _path(spec: EnvSpec, interpreter: Interpreter, settings: IndexSettings) -> Path:
    return cache_dir() / "locks" / f"{lock_key(spec, interpreter, settings)}.json"


def _resolve(spec: EnvSpec, interpreter: Interpreter, settings: IndexSettings) -> Lock:
    lines = [line for line in spec.requirements if not line.startswith("--")]
    if not lines and not spec.whole_file:
        return _lock("", spec, interpreter)
    args = ["pip", "compile", "--quiet", "--no-header", "--format=pylock.toml", "--no-python-downloads"]
    args += [f"--python={interpreter.path}", *settings.resolve, *_only_binary(spec, settings)]
    with tempfile.TemporaryDirectory(prefix="mlplat-lock-") as scratch:
        if spec.constraints:
            constraints = Path(scratch) / "constraints.txt"
            constraints.write_text("\n".join(spec.constraints) + "\n", encoding="utf-8")
            args.append(f"--constraints={constraints}")
        if spec.whole_file:
            args.append(str(spec.source))
            lines = [line for line in lines if requirement_name(line) == "pip"]
        if lines:
            args.append("-")
        # uv searches the current folder and those above for settings of its own; the scratch folder has none.
        cwd = spec.source.parent if spec.whole_file and spec.source else Path(scratch)
        done = run_uv_building(args, env=settings.environment, cwd=cwd, stdin="\n".join(lines) + "\n")
    if done.returncode != 0:
        raise _placed(failure(done, "resolve the environment"), spec)
    return _lock(without_credentials(done.stdout), spec, interpreter)


def _only_binary(spec: EnvSpec, settings: IndexSettings) -> list[str]:
    """Return the options that keep uv from building; what the user has told to build is built."""
    if "--no-binary=:all:" in settings.resolve:
        return []
    to_build = {normal_name(option.removeprefix("--no-binary=")) for option in settings.resolve}
    return [f"--only-binary={name}" for name in spec.binary if name not in to_build]


def _placed(error: ResolutionError, spec: EnvSpec) -> ResolutionError:
    """Return the error with the places of the requirements that it names."""
    named = [
        f"{place}: {without_credentials(line)}"
        for line, place in zip(spec.requirements, spec.places, strict=True)
        if (name := requirement_name(line)) and mentions(error.message, name)
    ]
    if not named or "the network does not answer" in error.message:
        return error
    hint = error.hint
    if "not found in the package registry" in error.message:
        hint = "check the spelling" + (
            "; conda may call it otherwise than PyPI: list PyPI's name under pip:, or install conda"
            if spec.kind == "conda"
            else ""
        )
    return error.said(f"{error.message} [{'; '.join(named)}]", hint=hint)


def _lock(text: str, spec: EnvSpec, interpreter: Interpreter) -> Lock:
    import tomllib

    entries = tomllib.loads(text).get("packages", [])
    packages = tuple((entry["name"], entry.get("version", "")) for entry in entries)
    # Indexes tell times of upload at some times only; they change nothing that is installed.
    lasting = re.sub(r"upload-time = [^,}]+, ", "", text)
    digest = hashlib.sha256(json.dumps([lasting, _local_key(spec)]).encode()).hexdigest()
    return Lock(text, digest, packages, interpreter.version, interpreter.platform)


def _read(path: Path) -> Lock | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    packages = tuple((name, version) for name, version in values.pop("packages"))
    return Lock(packages=packages, **values)


def _write(path: Path, lock: Lock) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(asdict(lock)), encoding="utf-8")
    draft.replace(path)


def _local_key(spec: EnvSpec) -> list[list[str]]:
    """Return path and state of each local source: its metadata where editable, else every file.

    A changed source needs another environment; an editable one only when its dependencies may have changed.
    """
    key = []
    for path, editable in local_paths(spec.requirements):
        if path.is_dir() and editable:
            state = "".join(_digest(path / name) for name in _METADATA_FILES)
        else:
            state = hashlib.sha256("\n".join(_states(path)).encode()).hexdigest()
        key.append([str(path), str(editable), state])
    return key


def _states(path: Path) -> list[str]:
    if not path.is_dir():
        return [_digest(path)]
    states = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _IGNORED_FOLDERS and not name.startswith(".") and not name.endswith(".egg-info")
        )
        for name in sorted(files):
            stat = (Path(folder) / name).lstat()
            states.append(f"{folder}/{name} {stat.st_size} {stat.st_mtime_ns}")
    return states


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "-"

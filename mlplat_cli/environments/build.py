"""Environments for projects. In: an `EnvSpec`. Out: an `Environment` that a project's process can run in.

An environment is named by lock, interpreter and platform, and shared by all projects of the user. What is there
already is found without starting any program.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.environments import folder
from mlplat_cli.environments.choice import choose_python, known_choice
from mlplat_cli.environments.construction import Construction
from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.indexes import index_settings
from mlplat_cli.environments.interpreter import Interpreter, find_interpreter
from mlplat_cli.environments.local import local_python
from mlplat_cli.environments.lock import Lock
from mlplat_cli.environments.maker import choose_manager
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.environments.uv_failure import ResolutionError
from mlplat_cli.errors import InterpreterNotFoundError
from mlplat_cli.process.progress import Progress
from mlplat_cli.settings.option import EnvManager


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment that exists.

    Args:
        name: the folder's name; "local" for the user's own Python.
        path: its folder; None for "local".
        python: the interpreter to start.
        bin_dir: what to put in front of PATH; None where PATH serves as it is.
        python_version: such as "3.11.7". platform: such as "linux-x86_64".
        manager: what made it. lock: exactly what it holds; None for "local".
        created: whether this call built it. notes: what the user should know.
        variables: (name, value) of what the spec sets for the process.
    """

    name: str
    path: Path | None
    python: Path
    bin_dir: Path | None
    python_version: str
    platform: str
    manager: EnvManager
    lock: Lock | None
    created: bool
    notes: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """What `prepare` would do, as far as it can be known without a network.

    Args:
        manager: what would be used. kind: the spec's. source: the file that asks for it.
        python: the version asked for; None means any. interpreter: the one to be used; None when one must be fetched.
        requirements: lines without credentials.
        name: the environment's name, known once its lock is. built: whether it is there already.
    """

    manager: EnvManager
    kind: str
    source: Path | None
    python: str | None
    interpreter: Interpreter | None
    requirements: tuple[str, ...]
    name: str | None
    built: bool
    notes: tuple[str, ...]


def prepare(
    spec: EnvSpec, *, manager: str | None = None, project_dir: Path, progress: Progress, refresh: bool = False
) -> Environment:
    """Return the environment for a spec, built if it is not there yet.

    Args:
        manager: local, virtualenv, uv or conda; None chooses (see `choose_manager`).
        project_dir: where the project will run. refresh: resolve again instead of using the known lock.

    Raises:
        EnvironmentBuildError: no interpreter fits, or requirements cannot be resolved or installed.
        ToolMissingError, NotSupportedError: the manager is not to be had.
    """
    chosen = choose_manager(spec, manager)
    if chosen == "local":
        return _local(spec, project_dir)
    settings = index_settings(spec.requirements)
    choice = choose_python(spec, settings=settings, progress=progress, refresh=refresh)
    interpreter, lock = choice.interpreter, choice.lock
    name = folder.environment_name(lock, interpreter)
    created = False
    if folder.usable(name) is None:
        try:
            created = Construction(name, spec, lock, interpreter, chosen, settings, progress).run()
        except ResolutionError as error:
            raise choice.explain(error, spec) from error
    else:
        folder.touch(name)
    path = folder.environments_folder() / name
    notes = (*spec.notes, *choice.notes)
    bin_dir = path / "bin"
    version, platform = interpreter.version, interpreter.platform
    return Environment(
        name, path, bin_dir / "python", bin_dir, version, platform, chosen, lock, created, notes, spec.variables
    )


def _local(spec: EnvSpec, project_dir: Path) -> Environment:
    python, bin_dir, answer = local_python(project_dir)
    notes = ("no file says which packages are needed; the Python on PATH is used as it is", *spec.notes)
    if spec.source is not None:
        notes = (f"{spec.source.name} is not applied: the environment manager is local",)
    return Environment("local", None, python, bin_dir, answer.version, answer.platform, "local", None, False, notes)


def plan_environment(spec: EnvSpec, *, manager: str | None = None, project_dir: Path) -> EnvironmentPlan:
    """Return what `prepare` would do; asks no network and builds nothing.

    Raises:
        ToolMissingError, NotSupportedError, EnvironmentBuildError: `prepare` would fail in the same way.
    """
    chosen = choose_manager(spec, manager)
    lines = tuple(map(without_credentials, spec.requirements))
    if chosen == "local":
        environment = _local(spec, project_dir)
        answer = Interpreter(environment.python, environment.python_version, "cpython", environment.platform)
        return EnvironmentPlan(
            "local", spec.kind, spec.source, None, answer, lines, "local", built=True, notes=environment.notes
        )
    try:
        interpreter: Interpreter | None = find_interpreter(spec.python, fetch=False)
    except InterpreterNotFoundError:
        interpreter = None
    choice = None if interpreter is None else known_choice(spec, interpreter, index_settings(spec.requirements))
    if choice is None:
        notes = spec.notes if interpreter is None or interpreter.note is None else (*spec.notes, interpreter.note)
        return EnvironmentPlan(
            chosen, spec.kind, spec.source, spec.python, interpreter, lines, None, built=False, notes=notes
        )
    name = folder.environment_name(choice.lock, choice.interpreter)
    built = folder.usable(name) is not None
    notes = (*spec.notes, *choice.notes)
    return EnvironmentPlan(chosen, spec.kind, spec.source, spec.python, choice.interpreter, lines, name, built, notes)


def environment_variables(environment: Environment) -> dict[str, str]:
    """Return the variables that make a process run in the environment, to be laid over this process's own."""
    variables = dict(environment.variables)
    if environment.bin_dir is not None:
        variables["PATH"] = os.pathsep.join(filter(None, [str(environment.bin_dir), os.environ.get("PATH", "")]))
    if environment.path is not None:
        variables["VIRTUAL_ENV"] = str(environment.path)
        # Empty is unset to Python; another interpreter's home would break this one.
        variables.update({name: "" for name in ("PYTHONHOME",) if name in os.environ})
    return variables


def in_use(environment: Environment) -> AbstractContextManager[None]:
    """Hold the environment while a project runs in it: `prune` leaves it alone.

    Raises:
        EnvironmentBuildError: on entering, when it was removed after `prepare`.
    """
    return nullcontext() if environment.path is None else folder.shared(environment.name)

"""Environments for projects. In: an `EnvSpec`. Out: an `Environment` that a project's process can run in.

The user's own Python serves as it is; whatever virtual environments need is imported when one is asked for.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.environment import Environment, EnvironmentPlan
from mlplat_cli.environments.interpreter import Interpreter
from mlplat_cli.environments.local import local_python
from mlplat_cli.environments.maker import choose_manager
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.process.progress import Progress

__all__ = ["Environment", "EnvironmentPlan", "environment_variables", "in_use", "plan_environment", "prepare"]


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
    from mlplat_cli.environments.virtual import prepare_virtual

    return prepare_virtual(spec, chosen, progress=progress, refresh=refresh)


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
    from mlplat_cli.environments.virtual import plan_virtual

    return plan_virtual(spec, chosen)


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
    if environment.path is None:
        return nullcontext()
    from mlplat_cli.environments import folder

    return folder.shared(environment.name)

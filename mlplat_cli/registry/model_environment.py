"""The environment that a model needs. In: its folder. Out: an `Environment`, built if it is not there yet.

What the model's own files ask for (python_env.yaml, else conda.yaml, else requirements.txt) at the versions of its
requirements.lock, and nothing more. The `mlflow==3.1.0` that MLflow writes into every model is left out, as a worker of
mlplat needs none; it stays where Python code of the model's own uses what mlplat does not have. Any other requirement
of mlflow, such as `mlflow>=3`, is somebody's wish.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from mlplat.models.trust import Trust
from mlplat_cli.environments.build import Environment, prepare
from mlplat_cli.environments.requirement import requirement_name
from mlplat_cli.environments.spec import EnvSpec, read_spec
from mlplat_cli.environments.uv_failure import ResolutionError
from mlplat_cli.errors import NotFoundError
from mlplat_cli.process.progress import Progress
from mlplat_cli.registry.environment_trust import check_environment
from mlplat_cli.registry.mlflow_usage import needs_mlflow

LOCK = "requirements.lock"
"""Lines of `name==version`: every distribution that was installed where the model was logged and that it needs."""

LIBRARIES = frozenset({"mlflow", "mlflow-skinny", "mlflow-tracing", "mlplat"})

_BARE_PIN = re.compile(r"[A-Za-z0-9._-]+\s*==\s*[A-Za-z0-9.+!_-]+")


def environment_of(
    folder: Path, manager: str | None, progress: Progress, *, refresh: bool = False, trust: Trust | None = None
) -> Environment:
    """Return the environment of a model, built if it is not there yet.

    Args:
        folder: holds the MLmodel file. manager: local, virtualenv, uv or conda; None chooses.
        refresh: resolve again instead of using what was resolved before.
        trust: who says that the model may run code; nobody unless given.

    Raises:
        NotFoundError: the model does not say what it needs, and the manager is not local.
        InvalidInputError: it asks for what only a trusted model gets, see `mlplat_cli.registry.environment_trust`.
        ProjectFileError: its files have mistakes. EnvironmentBuildError: what they ask for is not to be had.
    """
    spec = model_spec(folder)
    check_environment(spec, folder, trust or Trust(), installs=manager != "local")
    if spec.kind == "none" and manager != "local":
        raise NotFoundError(
            f"{folder} does not say what the model needs: it has no python_env.yaml, conda.yaml or requirements.txt",
            hint="write one with: mlplat models update-requirements --operation add, or use --env-manager local",
        )
    if not spec.constraints:
        return prepare(spec, manager=manager, project_dir=folder, progress=progress, refresh=refresh)
    try:
        return prepare(spec, manager=manager, project_dir=folder, progress=progress, refresh=refresh)
    except ResolutionError as error:
        # Of another platform or Python, or a version that no index has: the requirements themselves may do.
        loose = replace(spec, constraints=_own_constraints(folder))
        if loose.constraints == spec.constraints:
            raise
        built = prepare(loose, manager=manager, project_dir=folder, progress=progress, refresh=refresh)
        return replace(built, notes=(*built.notes, f"{LOCK} was not kept to: {error.message}"))


def model_spec(folder: Path) -> EnvSpec:
    """Return what a model asks for, bounded by its lock; errors as of `environment_of`."""
    spec = read_spec(folder)
    if spec.kind == "none":
        return spec
    kept = list(zip(spec.requirements, spec.places, strict=True))
    if not needs_mlflow(folder):
        kept = [each for each in kept if not _is_written_by_mlflow(each[0])]
    return replace(
        spec,
        requirements=tuple(line for line, _ in kept),
        places=tuple(place for _, place in kept),
        constraints=tuple(dict.fromkeys((*spec.constraints, *_locked(folder)))),
    )


def _is_written_by_mlflow(line: str) -> bool:
    return requirement_name(line) in LIBRARIES and _BARE_PIN.fullmatch(line.strip()) is not None


def _own_constraints(folder: Path) -> tuple[str, ...]:
    return read_spec(folder).constraints


def _locked(folder: Path) -> list[str]:
    try:
        lines = (folder / LOCK).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    pinned = (line.partition("#")[0].strip() for line in lines)
    # A lock only bounds what the requirements ask for; an address or an option in it is no bound.
    return [line for line in pinned if _BARE_PIN.fullmatch(line) and requirement_name(line) not in LIBRARIES]

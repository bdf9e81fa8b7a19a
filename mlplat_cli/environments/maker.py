"""Which program makes the environment. In: what the user asked for, the spec. Out: local, virtualenv or uv."""

from __future__ import annotations

import shutil

from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.errors import EnvironmentBuildError, NotSupportedError, ToolMissingError
from mlplat_cli.settings.option import EnvManager

CONDA_PROGRAMS = ("conda", "mamba", "micromamba")


def choose_manager(spec: EnvSpec, manager: str | None) -> EnvManager:
    """Return the manager to use: the one asked for, else virtualenv, and local where nothing says what is needed.

    Raises:
        NotSupportedError: there is no such manager, or it is conda. ToolMissingError: conda is not installed.
        EnvironmentBuildError: a virtual environment is to hold what only conda has.
    """
    match manager:
        case None:
            chosen: EnvManager = "local" if spec.kind == "none" else "virtualenv"
        case "local" | "virtualenv" | "uv":
            chosen = manager
        case "conda":
            raise _no_conda()
        case _:
            raise NotSupportedError(
                f"there is no environment manager {manager!r}", hint="choose local, virtualenv, uv or conda"
            )
    if chosen != "local" and spec.conda_only:
        listed = "; ".join(f"{one.path}:{one.line}: {one.message}" for one in spec.conda_only)
        raise EnvironmentBuildError(
            f"a virtual environment cannot hold what only conda has: {listed}",
            hint="remove it, list PyPI's name for it under pip:, or install it yourself and use --env-manager local",
        )
    return chosen


def _no_conda() -> NotSupportedError | ToolMissingError:
    found = next(filter(None, map(shutil.which, CONDA_PROGRAMS)), None)
    if found is None:
        return ToolMissingError(
            "--env-manager conda: neither conda, mamba nor micromamba is on PATH",
            hint="use --env-manager virtualenv, which needs no conda",
        )
    return NotSupportedError(
        "--env-manager conda is not supported yet", hint="use --env-manager virtualenv, which translates conda.yaml"
    )

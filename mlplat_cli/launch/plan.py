"""What a run will do. In: the request and the fetched project. Out: a `Plan`, made without running or building anything.

`--dry-run` prints it, `execute` carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlplat_cli.environments.build import EnvironmentPlan, plan_environment
from mlplat_cli.environments.spec import EnvSpec, read_spec
from mlplat_cli.errors import NotSupportedError
from mlplat_cli.launch.request import RunRequest
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.checkout import Checkout
from mlplat_cli.projects.command import build_command
from mlplat_cli.projects.mlproject import load_project
from mlplat_cli.projects.parameters import resolve_parameters
from mlplat_cli.projects.project import Project

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A run, decided.

    Args:
        source: the address as it may be shown (no credentials). checkout: where the code lies.
        tree: state of the user's own working tree, when the project runs in place and git knows it.
        parameters: raw values by name, declared ones first, as they are logged.
        command: the shell command, every value quoted.
    """

    request: RunRequest
    source: str
    checkout: Checkout
    tree: WorkTree | None
    project: Project
    parameters: Mapping[str, str]
    command: str
    spec: EnvSpec
    environment: EnvironmentPlan

    @property
    def project_dir(self) -> Path:
        """The folder in which the command runs."""
        return self.checkout.project_dir

    def to_json(self) -> dict[str, Any]:
        """Return the plan as `mlplat run --dry-run --json` prints it; documented in docs/run-a-project.md."""
        return {
            "version": SCHEMA_VERSION,
            "project": self.project.name,
            "source": self.source,
            "commit": self.checkout.commit,
            "branch": self.checkout.branch,
            "repository": self.checkout.repo_url,
            "entry_point": self.request.entry_point,
            "parameters": dict(self.parameters),
            "command": self.command,
            "environment": self.environment.to_json(),
            "experiment": self.request.experiment_name or self.request.experiment_id or "Default",
            "run_name": self.request.run_name,
        }


def make_plan(request: RunRequest, source: str, checkout: Checkout, progress: Progress) -> Plan:
    """Read the project and decide the command and the environment; every mistake in them shows here.

    Raises:
        ProjectFileError, ParameterError, ProjectError: the project or a parameter is wrong.
        NotSupportedError: a kind of project that this version does not run.
    """
    project = load_project(checkout.project_dir)
    if project.environment.docker_env is not None and request.env_manager != "local":
        raise NotSupportedError(
            f"{project.path}: docker_env projects are not run by this version of mlplat",
            hint="run it in the current environment with --env-manager local",
        )
    resolved = resolve_parameters(
        project.entry_points.get(request.entry_point),
        request.parameters,
        storage_dir=request.storage_dir,
        project_dir=checkout.project_dir,
        caller_dir=Path.cwd(),
        progress=progress,
    )
    command = build_command(project, request.entry_point, resolved)
    declared = project.environment
    spec = read_spec(checkout.project_dir, python_env=declared.python_env, conda_env=declared.conda_env)
    environment = plan_environment(spec, manager=request.env_manager, project_dir=checkout.project_dir)
    return Plan(request, source, checkout, project, resolved.values, command, spec, environment)

"""What a run will do. In: the request and the fetched project. Out: a `Plan`; nothing is run or built.

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
from mlplat_cli.projects.entry_point import find_entry_point
from mlplat_cli.projects.mlproject import load_project
from mlplat_cli.projects.parameters import remove_downloads, resolve
from mlplat_cli.projects.project import Project
from mlplat_cli.projects.source import Source
from mlplat_cli.projects.worktree import WorkTree, read_state

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A run, decided.

    Args:
        source: the address. checkout: where the code lies.
        tree: state of the user's own working tree, when the project runs in place and git knows it.
        parameters: raw values by name, declared ones first, as they are logged.
        command: the shell command, every value quoted.
        downloads: folder of downloaded parameters, removed after the run.
    """

    request: RunRequest
    source: Source
    checkout: Checkout
    tree: WorkTree | None
    project: Project
    parameters: Mapping[str, str]
    command: str
    spec: EnvSpec
    environment: EnvironmentPlan
    downloads: Path | None = None

    @property
    def project_dir(self) -> Path:
        """The folder in which the command runs."""
        return self.checkout.project_dir

    @property
    def commit(self) -> str | None:
        """The commit of the code, when git knows it."""
        return self.tree.commit if self.tree else self.checkout.commit

    @property
    def branch(self) -> str | None:
        """The branch of the code: the one asked for, or the one that is checked out."""
        return self.tree.branch if self.tree else self.checkout.branch

    @property
    def repo_url(self) -> str | None:
        """Address of the repository, without credentials."""
        return self.tree.repo_url if self.tree else self.checkout.repo_url

    def to_json(self) -> dict[str, Any]:
        """Return the plan as `mlplat run --dry-run --json` prints it; documented in docs/run-a-project.md."""
        return {
            "version": SCHEMA_VERSION,
            "project": self.project.name,
            "source": self.source.display,
            "commit": self.commit,
            "branch": self.branch,
            "repository": self.repo_url,
            "entry_point": self.request.entry_point,
            "parameters": dict(self.parameters),
            "command": self.command,
            "environment": _environment_json(self.environment),
            "experiment": self.request.experiment_name or self.request.experiment_id or "Default",
            "run_name": self.request.run_name,
        }


def make_plan(
    request: RunRequest, source: Source, checkout: Checkout, progress: Progress, *, download: bool = True
) -> Plan:
    """Read the project and decide the command and the environment; every mistake in them shows here.

    Args:
        download: fetch remote `path` parameters; without it their places are only named.

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
    declared = project.environment
    spec = read_spec(checkout.project_dir, python_env=declared.python_env, conda_env=declared.conda_env)
    environment = plan_environment(spec, manager=request.env_manager, project_dir=checkout.project_dir)
    resolved = resolve(
        find_entry_point(project, request.entry_point),
        request.parameters,
        storage_dir=request.storage_dir,
        project_dir=checkout.project_dir,
        caller_dir=Path.cwd(),
        progress=progress,
        download=download,
    )
    try:
        command = build_command(project, request.entry_point, resolved)
    except BaseException:
        remove_downloads(resolved.downloads)
        raise
    return Plan(
        request=request,
        source=source,
        checkout=checkout,
        tree=None if checkout.is_temporary else read_state(checkout.project_dir),
        project=project,
        parameters=resolved.values,
        command=command,
        spec=spec,
        environment=environment,
        downloads=resolved.downloads,
    )


def _environment_json(environment: EnvironmentPlan) -> dict[str, Any]:
    interpreter = environment.interpreter
    return {
        "manager": environment.manager,
        "source": environment.source.name if environment.source else None,
        "python": environment.python,
        "interpreter": str(interpreter.path) if interpreter else None,
        "interpreter_version": interpreter.version if interpreter else None,
        "requirements": list(environment.requirements),
        "name": environment.name,
        "built": environment.built,
        "notes": list(environment.notes),
    }

"""A project's files, checked. In: a folder or an MLproject file. Out: every mistake and warning in it."""

from __future__ import annotations

from pathlib import Path

from mlplat_cli.errors import Diagnostic
from mlplat_cli.projects.environment_files import check_conda_env, check_python_env
from mlplat_cli.projects.mlproject import read_project
from mlplat_cli.projects.project import Project


def validate(path: Path) -> tuple[Diagnostic, ...]:
    """Return every mistake and warning in a project's MLproject and environment file.

    Raises:
        ProjectError: there is no such folder or file.
    """
    root = path.parent if path.is_file() else path
    project, diagnostics = read_project(root)
    return (*diagnostics, *validate_environment(project))


def validate_environment(project: Project) -> tuple[Diagnostic, ...]:
    """Check the structure of the environment file that a project names or has."""
    environment = project.environment
    checks = ((environment.python_env, check_python_env), (environment.conda_env, check_conda_env))
    for name, check in checks:
        # A file that does not exist is MLproject's mistake, noted where it is named.
        if name is not None and (project.root / name).is_file():
            return check(project.root / name)
    return ()

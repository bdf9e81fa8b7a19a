"""A project's environment file, checked. In: a project. Out: every mistake and warning in the file's structure."""

from __future__ import annotations

from mlplat_cli.errors import Diagnostic
from mlplat_cli.projects.environment_files import check_conda_env, check_python_env
from mlplat_cli.projects.project import Project


def validate_environment(project: Project) -> tuple[Diagnostic, ...]:
    """Check the structure of the environment file that a project names or has."""
    environment = project.environment
    checks = ((environment.python_env, check_python_env), (environment.conda_env, check_conda_env))
    for name, check in checks:
        # A file that does not exist is MLproject's mistake, noted where it is named.
        if name is not None and (project.root / name).is_file():
            return check(project.root / name)
    return ()

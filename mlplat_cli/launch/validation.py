"""A project's files, checked as `mlplat run` would read them. In: a folder or an MLproject file. Out: every mistake.

Nothing is fetched, resolved or built.
"""

from __future__ import annotations

from pathlib import Path

from mlplat_cli.environments.spec import read_spec
from mlplat_cli.errors import Diagnostic, ProjectFileError
from mlplat_cli.projects.diagnostics import errors_of
from mlplat_cli.projects.mlproject import read_project
from mlplat_cli.projects.project import Project
from mlplat_cli.projects.validation import validate_environment


def validate(path: Path) -> tuple[Diagnostic, ...]:
    """Return every mistake and warning in a project's MLproject and environment file.

    Raises:
        ProjectError: there is no such folder or file.
    """
    root = path.parent if path.is_file() else path
    project, found = read_project(root)
    structure = validate_environment(project)
    # What is not even a list of texts has no lines to be read.
    lines = () if errors_of(structure) else _unreadable_lines(project)
    return (*found, *structure, *lines)


def _unreadable_lines(project: Project) -> tuple[Diagnostic, ...]:
    declared = project.environment
    named = declared.python_env or declared.conda_env
    if named is not None and not (project.root / named).is_file():
        return ()  # MLproject's mistake, noted where it is named
    try:
        read_spec(project.root, python_env=declared.python_env, conda_env=declared.conda_env)
    except ProjectFileError as error:
        return error.diagnostics
    return ()

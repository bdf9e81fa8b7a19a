"""MLproject files. In: a folder. Out: the Project that it describes, or every mistake in it with its place.

A folder without an MLproject file is a project without entry points, whose scripts can be run.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from mlplat_cli.errors import Diagnostic, ProjectError
from mlplat_cli.projects.diagnostics import raise_errors
from mlplat_cli.projects.project import EnvDeclaration, Project

FILE_NAME = "MLproject"
IMPLICIT_PYTHON_ENV = "python_env.yaml"
IMPLICIT_CONDA_ENV = "conda.yaml"


def find_project_file(root: Path) -> Path | None:
    """Return a folder's MLproject file whatever its letters' case, the usual spelling first.

    Raises:
        ProjectError: the folder does not exist or cannot be read.
    """
    try:
        names = sorted(entry.name for entry in root.iterdir() if entry.name.lower() == FILE_NAME.lower())
    except FileNotFoundError:
        raise ProjectError(f"there is no folder {root}") from None
    except NotADirectoryError:
        raise ProjectError(f"{root} is not a folder") from None
    except OSError as error:
        raise ProjectError(f"cannot read the folder {root}: {error.strerror}") from error
    files = [root / name for name in names if (root / name).is_file()]
    return next((file for file in files if file.name == FILE_NAME), files[0] if files else None)


def load_project(root: Path) -> Project:
    """Read the project in a folder; its environment file must exist, but is not read.

    Raises:
        ProjectFileError: MLproject has mistakes; the error holds all of them, and warnings.
        ProjectError: the folder cannot be read.
    """
    project, diagnostics = read_project(root)
    raise_errors(diagnostics)
    return project


def read_project(root: Path) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Read the project in a folder as far as it can be read, with all mistakes and warnings."""
    path = find_project_file(root)
    if path is None:
        environment = find_environment(root, EnvDeclaration())
        return Project(None, environment, MappingProxyType({}), None, root), ()
    # Imported when there is a file to read: YAML costs as much as everything else here.
    from mlplat_cli.projects.project_reader import ProjectReader
    from mlplat_cli.projects.yaml_places import read_yaml

    file, node = read_yaml(path)
    reader = ProjectReader(file, root)
    try:
        project = reader.read(node, path)
    except RecursionError:
        file.add(0, 0, "a value of the file holds itself", expected="YAML without circular aliases")
        project = Project(None, EnvDeclaration(), MappingProxyType({}), path, root)
    return project, tuple(sorted(file.diagnostics, key=lambda one: (one.line, one.column)))


def find_environment(root: Path, declared: EnvDeclaration) -> EnvDeclaration:
    """Return what is declared or else the file that projects have without naming it."""
    if declared != EnvDeclaration():
        return declared
    if (root / IMPLICIT_PYTHON_ENV).is_file():
        return EnvDeclaration(python_env=IMPLICIT_PYTHON_ENV)
    if (root / IMPLICIT_CONDA_ENV).is_file():
        return EnvDeclaration(conda_env=IMPLICIT_CONDA_ENV)
    return declared

"""Which entry point is meant. In: a project and a name. Out: the declared one, or a script made into one.

A name that no entry point has is taken for a script of the project: `.py`, `.sh` or `.R`.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from mlplat_cli.errors import NotSupportedError, ProjectError
from mlplat_cli.errors.spelling import nearest
from mlplat_cli.projects.project import EntryPoint, Project
from mlplat_cli.projects.template import escape_braces

DEFAULT_ENTRY_POINT = "main"
_SUFFIXES = (".py", ".sh", ".R")


def find_entry_point(project: Project, name: str = DEFAULT_ENTRY_POINT) -> EntryPoint:
    """Return the entry point of that name, or the one that runs the script of that name.

    Raises:
        ProjectError: there is neither; the message lists what there is.
        NotSupportedError: the project is a Databricks Spark job.
    """
    if project.spark_job:
        raise NotSupportedError(
            "the project declares a databricks_spark_job, which only Databricks can run",
            hint="declare an entry point with a command of its own",
        )
    declared = project.entry_points.get(name)
    if declared is not None:
        return declared
    if name.endswith(_SUFFIXES):
        return _script(project, name)
    raise ProjectError(f"the project has no entry point {name!r}: {_offered(project)}", hint=_hint(project, name))


def _script(project: Project, name: str) -> EntryPoint:
    """Make an entry point of a file; R's form is the one by which R's client knows the run."""
    file = Path(os.path.realpath(project.root / name))
    if not file.is_relative_to(os.path.realpath(project.root)):
        raise ProjectError(f"the script {name!r} lies outside the project")
    if not file.is_file():
        raise ProjectError(f"the project has no script {name!r}: {_offered(project)}", hint=_hint(project, name))
    # A name that begins with a dash would be read as an option.
    path = f"./{name}" if name.startswith("-") else name
    quoted = shlex.quote(path)
    if name.endswith(".py"):
        command = f"python {quoted}"
    elif name.endswith(".sh"):
        return EntryPoint(name, '"${{SHELL:-bash}}" ' + escape_braces(quoted))
    else:
        text = path.replace("\\", "\\\\").replace("'", "\\'")
        source = f"mlflow::mlflow_source('{text}')"
        command = f"Rscript -e {shlex.quote(source)} --args"
    return EntryPoint(name, escape_braces(command))


def _scripts(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir() if entry.name.endswith(_SUFFIXES) and entry.is_file())


def _offered(project: Project) -> str:
    if project.entry_points:
        return f"it has {', '.join(project.entry_points)}"
    reason = "it has no MLproject file" if project.path is None else "its MLproject declares none"
    scripts = _scripts(project.root)
    return f"{reason}; its scripts are {', '.join(scripts)}" if scripts else reason


def _hint(project: Project, name: str) -> str | None:
    near = nearest(name, [*project.entry_points, *_scripts(project.root)])
    if near is not None:
        return f"did you mean -e {near}?"
    scripts = [] if project.entry_points else _scripts(project.root)
    return f"name what to run, such as -e {scripts[0]}" if scripts else None

"""What environment a project asks for. In: a project's folder. Out: an `EnvSpec`, or every mistake with its place.

    python_env.yaml   python, build_dependencies, dependencies       (MLflow's)
    conda.yaml        packages that PyPI has too; see conda.py
    requirements.txt  lines of pip
    pyproject.toml    [project] dependencies and requires-python, or Poetry's own

The first that the project names, or else the first that is there in this order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mlplat_cli.environments.conda import default_packages, read_conda
from mlplat_cli.environments.constraint import parse_constraint
from mlplat_cli.environments.requirement import RequirementLines, requirement_name
from mlplat_cli.environments.source_file import SourceFile, read_source, refuse, yaml_entries, yaml_mapping
from mlplat_cli.errors import Diagnostic

if TYPE_CHECKING:
    from yaml.nodes import Node

EnvKind = Literal["python", "conda", "requirements", "pyproject", "none"]
PYTHON_ENV_KEYS = ("python", "build_dependencies", "dependencies")
_NOT_READ = {
    name: f"{name} is not read unless MLproject names it (conda_env: {name})"
    for name in ("conda.yml", "environment.yaml", "environment.yml", "conda_env.yaml", "conda_env.yml")
} | {
    "Pipfile": "Pipfile is not read: write its packages to requirements.txt (pipenv requirements > requirements.txt)",
    "setup.py": "setup.py is not read: a requirements.txt with the line . installs it",
}
"""Files by which a person may think to have said what is needed, and what to do about it."""


@dataclass(frozen=True, slots=True)
class EnvSpec:
    """The environment that a project asks for.

    Args:
        kind: which file says so; "none" when there is no such file.
        python: the interpreter's version constraint; None means any.
        requirements: PEP 508 lines, addresses, absolute paths and pip options, nested files inlined.
        places: where each requirement stands, such as `conda.yaml:7`.
        constraints: PEP 508 lines that bound versions without asking for a package.
        source: the file; None for "none".
        binary: normalised names of packages that the project takes for ready-made, as everything of conda's is.
        conda_only: packages that PyPI lacks; only conda can build this environment.
        variables: (name, value) of what conda.yaml sets for everything that runs in the environment.
        notes: what the user should know, such as packages that were left out.
        whole_file: the resolver must read `source` itself: dependencies are dynamic, or [tool.uv] says where from.
    """

    kind: EnvKind
    python: str | None = None
    requirements: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    source: Path | None = None
    binary: tuple[str, ...] = ()
    conda_only: tuple[Diagnostic, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    whole_file: bool = False


def read_spec(project_dir: Path, *, python_env: str | None = None, conda_env: str | None = None) -> EnvSpec:
    """Return what the project's environment file asks for.

    Args:
        project_dir: the project's root. python_env, conda_env: the files that MLproject names, relative to it.

    Raises:
        ProjectFileError: a named file is missing, or a file has mistakes; all of them are listed.
    """
    root = project_dir.absolute()
    if python_env is not None:
        return _read_python_env(root, root / python_env)
    if conda_env is not None:
        return _read_conda(root, root / conda_env)
    readers = {
        "python_env.yaml": _read_python_env,
        "conda.yaml": _read_conda,
        "requirements.txt": _read_requirements,
        "pyproject.toml": _read_pyproject,
    }
    for name, reader in readers.items():
        if (root / name).is_file():
            spec = reader(root, root / name)
            if spec.kind != "none":
                return spec
    return EnvSpec("none", notes=tuple(note for name, note in _NOT_READ.items() if (root / name).is_file())[:1])


def _read_python_env(root: Path, path: Path) -> EnvSpec:
    import yaml

    source = read_source(path, root)
    entries = yaml_entries(source, yaml_mapping(source), PYTHON_ENV_KEYS)
    lines = RequirementLines(root)
    python = None
    if "python" in entries:
        python = _python_version(source, entries["python"], lines)
    for key in ("build_dependencies", "dependencies"):
        node = entries.get(key)
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                _add_item(source, item, lines)
        elif node is not None and node.value != "":
            lines.problems.append(source.at(node, f"{key} must be a list", expected=f"{key}:\n  - numpy>=1.20"))
    refuse(lines.problems)
    default_packages(lines, source.shown)
    return _spec("python", lines, source, python=python)


def _python_version(source: SourceFile, node: Node, lines: RequirementLines) -> str | None:
    value = str(node.value).strip()
    if value in {"", "null", "~"}:
        return None
    try:
        parse_constraint(value)
    except ValueError as error:
        lines.problems.append(source.at(node, str(error), expected='a version such as "3.10" or ">=3.9,<3.12"'))
    return value


def _add_item(source: SourceFile, node: Node, lines: RequirementLines) -> None:
    import yaml

    if isinstance(node, yaml.ScalarNode):
        lines.add_text(node.value, source, node.start_mark.line + 1, node.start_mark.column + 1)
    else:
        lines.problems.append(source.at(node, "a requirement was expected", expected="numpy>=1.20"))


def _read_conda(root: Path, path: Path) -> EnvSpec:
    source = read_source(path, root)
    lines = RequirementLines(root)
    conda = read_conda(source, lines)
    refuse(lines.problems)
    default_packages(lines, source.shown)
    spec = _spec("conda", lines, source, python=conda.python)
    packages = tuple(dict.fromkeys(conda.packages))
    return replace(
        spec,
        binary=packages,
        conda_only=tuple(conda.conda_only),
        variables=tuple(conda.variables.items()),
        notes=tuple(conda.notes),
    )


def _read_requirements(root: Path, path: Path) -> EnvSpec:
    source = read_source(path, root)
    lines = RequirementLines(root)
    lines.add_file(source)
    refuse(lines.problems)
    _add_pip(lines, source.shown)
    return _spec("requirements", lines, source)


def _read_pyproject(root: Path, path: Path) -> EnvSpec:
    """Read [project]; a file that only configures tools asks for nothing and counts as absent."""
    import tomllib

    source = read_source(path, root)
    lines = RequirementLines(root)
    try:
        document = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        refuse([source.diagnostic(line, column, f"not valid TOML: {error}")])
        document = {}
    project = document.get("project")
    if not isinstance(project, dict):
        poetry = document.get("tool", {}).get("poetry", {})
        return _poetry(poetry["dependencies"], lines, source) if "dependencies" in poetry else EnvSpec("none")
    dependencies = project.get("dependencies", [])
    python = project.get("requires-python")
    if not isinstance(dependencies, list) or not all(isinstance(item, str) for item in dependencies):
        line, column = _find(source, "dependencies")
        lines.problems.append(source.diagnostic(line, column, "dependencies must be a list of strings"))
        dependencies = []
    for item in dependencies:
        line, column = _find(source, item)
        lines.add_text(item, source, line, column)
    if python is not None:
        try:
            parse_constraint(str(python))
        except ValueError as error:
            line, column = _find(source, "requires-python")
            lines.problems.append(source.diagnostic(line, column, str(error), expected='">=3.9"'))
    refuse(lines.problems)
    _add_pip(lines, source.shown)
    whole_file = "dependencies" in project.get("dynamic", []) or "uv" in document.get("tool", {})
    return _spec("pyproject", lines, source, python=None if python is None else str(python), whole_file=whole_file)


def _poetry(dependencies: Mapping[str, object], lines: RequirementLines, source: SourceFile) -> EnvSpec:
    """Leave the dependencies to Poetry's own build backend; the Python must be known before."""
    _add_pip(lines, source.shown)
    return _spec(
        "pyproject", lines, source, python=_poetry_python(str(dependencies.get("python", ""))), whole_file=True
    )


def _poetry_python(text: str) -> str | None:
    """Return Poetry's `^3.10` as ">=3.10,<4" and `~3.10` as "~=3.10.0"; None for what cannot be read."""
    text = text.replace(" ", "")
    if caret := re.fullmatch(r"\^(\d+)((?:\.\d+)*)", text):
        text = f">={caret[1]}{caret[2]},<{int(caret[1]) + 1}"
    elif tilde := re.fullmatch(r"~(\d+\.\d+)(\.\d+)?", text):
        text = f"~={tilde[1]}{tilde[2] or '.0'}"
    try:
        parse_constraint(text)
    except ValueError:
        return None
    return text


def _find(source: SourceFile, text: str) -> tuple[int, int]:
    """Return the 1-based place of the text's first occurrence; TOML readers hand out no places."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if text in line:
            return number, line.index(text) + 1
    return 1, 1


def _add_pip(lines: RequirementLines, place: str) -> None:
    if "pip" not in {requirement_name(line) for line in lines.lines}:
        lines.add("pip", place)


def _spec(
    kind: EnvKind,
    lines: RequirementLines,
    source: SourceFile,
    *,
    python: str | None = None,
    whole_file: bool = False,
) -> EnvSpec:
    return EnvSpec(
        kind,
        python=python,
        requirements=tuple(lines.lines),
        places=tuple(lines.places),
        constraints=tuple(lines.constraints),
        source=source.path,
        whole_file=whole_file,
    )

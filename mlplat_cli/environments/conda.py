"""conda.yaml without conda. In: its packages. Out: the same packages of PyPI, and what only conda has.

Names go through conda_names.json, version syntax is rewritten (`=1.2` → `==1.2.*`), builds and channels are dropped.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlplat_cli.environments.constraint import parse_constraint
from mlplat_cli.environments.requirement import RequirementLines, normal_name, requirement_name
from mlplat_cli.environments.source_file import SourceFile, yaml_entries, yaml_mapping
from mlplat_cli.environments.uv import SETUPTOOLS_WITH_PKG_RESOURCES
from mlplat_cli.errors import Diagnostic

if TYPE_CHECKING:
    from yaml.nodes import Node

KEYS = ("name", "channels", "dependencies", "prefix", "variables", "platforms")

_SPEC = re.compile(r"(?:[^\s:]+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)\s*(?P<rest>.*)")
_BRACKETS = re.compile(r"\[(?P<inside>.*)\]")
_BRACKET_VERSION = re.compile(r"\bversion\s*=\s*['\"]?(?P<version>[^'\"\]]+)['\"]?")
_VERSION = re.compile(  # PEP 440's grammar without local parts, which no index has
    r"(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?"
    r"(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?"
)
_RELEASE = re.compile(r"(\d+!)?\d+(\.\d+)*")
_OPERATOR = re.compile(r"(===|==|!=|<=|>=|~=|<|>)\s*(.+)")


@dataclass(slots=True)
class CondaFile:
    """What a conda.yaml asks for: its Python, PyPI's names of its packages, what only conda has, and notes.

    `variables` are set for what runs in the environment; `machine` names programs that this machine has already.
    """

    python: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    machine: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    conda_only: list[Diagnostic] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@functools.cache
def _table() -> dict[str, Any]:
    path = Path(__file__).with_name("conda_names.json")
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def read_conda(source: SourceFile, lines: RequirementLines) -> CondaFile:
    """Read a conda.yaml into `lines`; mistakes are added to `lines.problems`."""
    import yaml

    result = CondaFile()
    entries = yaml_entries(source, yaml_mapping(source), KEYS)
    dependencies = entries.get("dependencies")
    if dependencies is None or dependencies.value in ("", "null", "~"):
        pass
    elif not isinstance(dependencies, yaml.SequenceNode):
        lines.problems.append(source.at(dependencies, "a list was expected", expected="dependencies:\n  - numpy"))
    else:
        for node in dependencies.value:
            if isinstance(node, yaml.MappingNode):
                _read_pip(source, node, lines)
            elif isinstance(node, yaml.ScalarNode):
                _read_package(source, node, lines, result)
            else:
                lines.problems.append(source.at(node, "a package was expected", expected="numpy=1.20"))
    if result.dropped:
        names = ", ".join(sorted(set(result.dropped)))
        result.notes.append(f"{source.shown}: left out, because PyPI's packages bring their own: {names}")
    if result.machine:
        result.notes.append(f"{source.shown}: taken from this machine, in its version: {', '.join(result.machine)}")
    _read_variables(source, entries.get("variables"), lines, result)
    return result


def _read_variables(source: SourceFile, node: Node | None, lines: RequirementLines, result: CondaFile) -> None:
    import yaml

    if node is None or node.value == "":
        return
    if not isinstance(node, yaml.MappingNode):
        lines.problems.append(source.at(node, "a mapping was expected", expected="variables:\n  NAME: value"))
        return
    for key, value in node.value:
        name = str(key.value)
        if isinstance(value, yaml.ScalarNode) and name and "=" not in name and "\0" not in name + value.value:
            result.variables[name] = value.value
        else:
            lines.problems.append(source.at(value, f"the variable {name!r} is not text", expected="NAME: value"))


def _read_pip(source: SourceFile, node: Node, lines: RequirementLines) -> None:
    import yaml

    for key, value in node.value:
        if key.value != "pip":
            lines.problems.append(source.at(key, f"unknown section {key.value!r}", expected="pip", suggestion="pip"))
        elif isinstance(value, yaml.SequenceNode):
            for item in value.value:
                if isinstance(item, yaml.ScalarNode):
                    lines.add_text(item.value, source, item.start_mark.line + 1, item.start_mark.column + 1)
                else:
                    lines.problems.append(source.at(item, "a requirement was expected", expected="numpy>=1.20"))
        elif value.value != "":
            lines.problems.append(source.at(value, "a list was expected", expected="pip: [numpy]"))


def _read_package(source: SourceFile, node: Node, lines: RequirementLines, result: CondaFile) -> None:
    found = _SPEC.fullmatch(node.value.strip())
    if found is None:
        lines.problems.append(source.at(node, f"cannot read the package {node.value!r}", expected="numpy=1.20"))
        return
    name = normal_name(found["name"])
    table = _table()
    if _is_dropped(found["name"], name, table):
        result.dropped.append(found["name"])
        return
    reason = table["conda_only"].get(name)
    if reason is None and (name.startswith("r-") or name.startswith("bioconductor-")):
        reason = "it is a package of R"
    program = shutil.which(table["programs"].get(name, "")) if reason is not None else None
    if program is not None:
        result.machine.append(f"{found['name']} ({program})")
        return
    if reason is not None:
        result.conda_only.append(source.at(node, f"PyPI does not have conda's {found['name']}: {reason}"))
        return
    try:
        version = to_specifier(found["rest"])
        if name == "python":
            result.python = _python(version)
            return
    except ValueError as error:
        lines.problems.append(source.at(node, str(error), expected=f"{found['name']}=1.20"))
        return
    line = table["names"].get(name, found["name"]) + version
    lines.add(line, source.place(node.start_mark.line + 1))
    result.packages.append(requirement_name(line) or name)


def _is_dropped(written: str, name: str, table: dict[str, Any]) -> bool:
    if written.startswith("_") or name in table["dropped"] or name.startswith(tuple(table["dropped_prefixes"])):
        return True
    is_library = name.startswith("lib") and name not in table["names"]
    return is_library and name not in table["python_libraries"]


def _python(specifier: str) -> str | None:
    """Return conda's `python=3.7` as the constraint "3.7"; so too `python==3.7`, whose 3.7.0 few machines have."""
    if not specifier:
        return None
    if specifier.startswith("==") and "," not in specifier:
        specifier = specifier.removeprefix("==").removesuffix(".*")
    parse_constraint(specifier)
    return specifier


def to_specifier(text: str) -> str:
    """Return conda's version part as a PEP 440 specifier: `=1.2` → `==1.2.*`, `=1.2=py39_0` → `==1.2`, `*` → "".

    Raises:
        ValueError: a part that PEP 440 cannot say, such as `1.2|1.3`.
    """
    text = text.strip()
    brackets = _BRACKETS.search(text)
    if brackets is not None:
        inner = _BRACKET_VERSION.search(brackets["inside"])
        text = text[: brackets.start()].strip() or (inner["version"].strip() if inner else "")
    if "|" in text:
        raise ValueError(f"the version {text!r} has alternatives (|), which PyPI's syntax cannot say")
    exact = re.fullmatch(r"(={0,2})\s*([^=<>!~,\s*]+)(?:\s*=\s*|\s+)(\S+)", text)
    if exact is not None:  # version and build, which only conda has
        return f"=={_checked(exact[2])}"
    return ",".join(part for part in map(_clause, text.split(",")) if part)


def _clause(text: str) -> str:
    text = text.strip()
    if text in {"", "*", "=*", "==*"}:
        return ""
    found = _OPERATOR.fullmatch(text)
    operator, version = (found[1], found[2].split()[0]) if found else ("", text.removeprefix("=").strip())
    bare = _checked(version.rstrip("*").rstrip("."))
    if operator == "~=" and "." not in bare:
        raise ValueError(f"the version {text!r}: ~= needs at least two numbers")
    is_prefix = (version.endswith("*") and operator in {"", "==", "!="}) or (not operator and text.startswith("="))
    # A pre-release is one version; nothing begins with it.
    return f"{operator or '=='}{bare}{'.*' if is_prefix and _RELEASE.fullmatch(bare) else ''}"


def _checked(version: str) -> str:
    if not _VERSION.fullmatch(version):
        raise ValueError(f"cannot read the version {version!r}")
    return version


def default_packages(lines: RequirementLines, place: str) -> None:
    """Add what a conda Python and MLflow's environments bring, unless it is named: pip, setuptools, wheel."""
    named = {requirement_name(line) for line in lines.lines}
    for name, line in (("pip", "pip"), ("setuptools", SETUPTOOLS_WITH_PKG_RESOURCES), ("wheel", "wheel")):
        if name not in named:
            lines.add(line, place)

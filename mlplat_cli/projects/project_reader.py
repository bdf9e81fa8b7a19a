"""Reads an MLproject document. In: its nodes. Out: a Project, with every mistake noted on the way in one pass."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import yaml

from mlplat_cli.errors.spelling import nearest
from mlplat_cli.projects.mlproject import find_environment
from mlplat_cli.projects.parameters import fits_type
from mlplat_cli.projects.project import DockerEnv, EntryPoint, EnvDeclaration, Parameter, ParameterType, Project
from mlplat_cli.projects.schemas import (
    DockerDocument,
    EntryPointDocument,
    ParameterDocument,
    ProjectDocument,
    keys_of,
)
from mlplat_cli.projects.template import TemplateFault, check_gaps, parse_template
from mlplat_cli.projects.yaml_places import YamlFile, is_null, is_text, kind

_ENVIRONMENTS = ("python_env", "conda_env", "docker_env")
_TYPES = tuple(one.value for one in ParameterType)
_PAIR = 2
_NOTHING = ("", "none", "null")
"""Defaults that mean "no value" in the wild; they are passed on as they are, whatever the type."""


class ProjectReader:
    """Turns the nodes of one file into a Project."""

    def __init__(self, file: YamlFile, root: Path) -> None:
        self.file = file
        self.root = root

    def read(self, node: yaml.Node | None, path: Path) -> Project:
        """Read the whole document; an empty file is a project that names nothing."""
        values: dict[str, yaml.Node] = {}
        right = keys_of(ProjectDocument)
        entries = [] if node is None else self.file.entries(node, "MLproject", "a mapping with entry_points")
        for key, value in entries:
            if key.value not in right:
                self.file.unknown_key(key, right, "MLproject")
            elif not is_null(value):
                values[key.value] = value
        self._check_one_environment(entries, values)
        name = self.file.text(values["name"], "name") if "name" in values else None
        return Project(
            name=name,
            environment=find_environment(self.root, self._environment(values, name)),
            entry_points=MappingProxyType(self._entry_points(values.get("entry_points"))),
            path=path,
            root=self.root,
            spark_job="databricks_spark_job" in values,
        )

    def _check_one_environment(
        self, entries: list[tuple[yaml.ScalarNode, yaml.Node]], values: dict[str, yaml.Node]
    ) -> None:
        keys = [key for key, _ in entries if key.value in _ENVIRONMENTS and key.value in values]
        for key in keys[1:]:
            message = f"{key.value} is given beside {keys[0].value}"
            self.file.fault(key, message, expected=f"one of {', '.join(_ENVIRONMENTS)}")

    def _environment(self, values: dict[str, yaml.Node], name: str | None) -> EnvDeclaration:
        docker = self._docker(values["docker_env"]) if "docker_env" in values else None
        if "docker_env" in values and name is None:
            self.file.fault(values["docker_env"], "a project with docker_env has no name", expected="name: my-project")
        return EnvDeclaration(
            python_env=self._env_file(values.get("python_env"), "python_env"),
            conda_env=self._env_file(values.get("conda_env"), "conda_env"),
            docker_env=docker,
        )

    def _env_file(self, node: yaml.Node | None, key: str) -> str | None:
        if node is None:
            return None
        if not is_text(node):
            self.file.fault(node, f"{key} is {kind(node)}", expected="the name of a file in the project")
            return None
        name = str(node.value)
        target = self.root / name
        if not target.is_file():
            folder = target.parent
            there = [each.name for each in folder.iterdir() if each.is_file()] if folder.is_dir() else []
            near = nearest(target.name, there)
            suggestion = str(Path(name).parent / near) if near else None
            fault = "is a folder" if target.is_dir() else "does not exist"
            message = f"the file {name!r} that {key} names {fault}"
            self.file.fault(node, message, expected="a file in the project", suggestion=suggestion)
        return name

    def _docker(self, node: yaml.Node) -> DockerEnv | None:
        right = keys_of(DockerDocument)
        values = {}
        for key, value in self.file.entries(node, "docker_env", "a mapping with image"):
            if key.value in right:
                values[key.value] = value
            else:
                self.file.unknown_key(key, right, "docker_env")
        image = self.file.text(values["image"], "image") if "image" in values else None
        if not image:
            if isinstance(node, yaml.MappingNode):
                self.file.fault(
                    values.get("image", node), "docker_env has no image", expected="image: name-of-an-image"
                )
            return None
        volumes = [self._volume(item) for item in self._items(values.get("volumes"), "volumes")]
        variables = [self._variable(item) for item in self._items(values.get("environment"), "environment")]
        return DockerEnv(
            image=image,
            volumes=tuple(one for one in volumes if one is not None),
            environment=tuple(one for one in variables if one is not None),
        )

    def _items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        if node is None or is_null(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.file.fault(node, f"{what} is {kind(node)}", expected="a list")
            return []
        return list(node.value)

    def _volume(self, node: yaml.Node) -> str | None:
        if is_text(node) and ":" in node.value:
            return str(node.value)
        self.file.fault(node, "this is no volume", expected='"host/path:/container/path"')
        return None

    def _variable(self, node: yaml.Node) -> str | tuple[str, str] | None:
        if is_text(node):
            return str(node.value)
        if isinstance(node, yaml.SequenceNode) and len(node.value) == _PAIR:
            name, value = (self.file.text(part, "a variable") for part in node.value)
            return None if name is None else (name, value or "")
        self.file.fault(node, "this is no variable", expected='NAME, copied from the host, or ["NAME", "value"]')
        return None

    def _entry_points(self, node: yaml.Node | None) -> dict[str, EntryPoint]:
        if node is None:
            return {}
        found = {}
        for key, value in self.file.entries(node, "entry_points", "a mapping of names to commands"):
            entry_point = self._entry_point(key, value)
            if entry_point is not None:
                found[key.value] = entry_point
        return found

    def _entry_point(self, key: yaml.ScalarNode, node: yaml.Node) -> EntryPoint | None:
        what = f"entry point {key.value!r}"
        if not isinstance(node, yaml.MappingNode):
            self.file.fault(
                key if is_null(node) else node, f"{what} is {kind(node)}", expected="a mapping with command"
            )
            return None
        right = keys_of(EntryPointDocument)
        values = {}
        for name, value in self.file.entries(node, what, "a mapping with command"):
            if name.value in right:
                values[name.value] = value
            else:
                self.file.unknown_key(name, right, what)
        parameters = self._parameters(values.get("parameters"), what)
        command = self._command(key, values.get("command"), parameters)
        return None if command is None else EntryPoint(key.value, command, MappingProxyType(parameters))

    def _parameters(self, node: yaml.Node | None, what: str) -> dict[str, Parameter]:
        if node is None:
            return {}
        entries = self.file.entries(node, f"parameters of {what}", "a mapping of names to types")
        return {key.value: self._parameter(key, value) for key, value in entries}

    def _parameter(self, key: yaml.ScalarNode, node: yaml.Node) -> Parameter:
        what = f"parameter {key.value!r}"
        if is_null(node):
            return Parameter(key.value)
        if is_text(node):
            return Parameter(key.value, self._type(node))
        right = keys_of(ParameterDocument)
        values = {}
        for name, value in self.file.entries(node, what, f"one of {', '.join(_TYPES)}, or a mapping with type"):
            if name.value in right:
                values[name.value] = value
            else:
                self.file.unknown_key(name, right, what)
        kind_of = self._type(values["type"]) if "type" in values else ParameterType.STRING
        return self._with_default(Parameter(key.value, kind_of), values.get("default"))

    def _type(self, node: yaml.Node) -> ParameterType:
        """Read a type; a slip is an error, any other word is text, as MLflow has it (`str`, `bool`, …)."""
        word = self.file.text(node, "type")
        if word is None:
            return ParameterType.STRING
        if word in _TYPES:
            return ParameterType(word)
        near = None if word.lower() in _TYPES else nearest(word, _TYPES)
        self.file.fault(
            node,
            f"unknown type {word!r}" + ("" if near else " is taken as string"),
            expected=f"one of {', '.join(_TYPES)}",
            suggestion=near,
            severity="error" if near else "warning",
        )
        return ParameterType.STRING

    def _with_default(self, parameter: Parameter, node: yaml.Node | None) -> Parameter:
        if node is None or is_null(node):
            return parameter
        value = str(self.file.value(node))
        if parameter.type is not ParameterType.PATH and not fits_type(parameter, value):
            # MLflow checks no int, and projects that give another number there run.
            is_number = fits_type(Parameter(parameter.name, ParameterType.FLOAT), value)
            self.file.fault(
                node,
                f"the default {value!r} of parameter {parameter.name!r} is no {parameter.type.value}",
                expected=f"a value of type {parameter.type.value}, or type: string",
                severity="warning" if is_number or value.lower() in _NOTHING else "error",
            )
        return Parameter(parameter.name, parameter.type, value)

    def _command(self, key: yaml.ScalarNode, node: yaml.Node | None, parameters: dict[str, Parameter]) -> str | None:
        if node is None or is_null(node) or not is_text(node) or not node.value.strip():
            faulty = key if node is None or is_null(node) else node
            message = f"entry point {key.value!r} has no command"
            self.file.fault(faulty, message, expected="command: python train.py --alpha {alpha}")
            return None
        command = str(node.value)
        pieces, faults = parse_template(command)
        for fault in sorted((*faults, *check_gaps(pieces, parameters)), key=lambda one: one.offset):
            line, column = self._place(node, command, fault)
            self.file.add(
                line, column, fault.message,
                expected=fault.expected, suggestion=fault.suggestion, length=len(fault.text),
            )  # fmt: skip
        return command

    def _place(self, node: yaml.Node, command: str, fault: TemplateFault) -> tuple[int, int]:
        """Find where a part of a command stands in the file: the same occurrence of the same text."""
        occurrence = command.count(fault.text, 0, fault.offset)
        start, end = node.start_mark, node.end_mark
        for line in range(start.line, min(end.line + 1, len(self.file.lines))):
            text = self.file.lines[line]
            at = text.find(fault.text, start.column if line == start.line else 0)
            while at >= 0:
                if occurrence == 0:
                    return line, at
                occurrence -= 1
                at = text.find(fault.text, at + 1)
        return start.line, start.column

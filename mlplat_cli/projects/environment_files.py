"""python_env.yaml and conda.yaml. In: a file. Out: what is wrong with its structure; reading it is another's work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.errors import Diagnostic

if TYPE_CHECKING:
    import yaml

    from mlplat_cli.projects.yaml_places import YamlFile

_CONDA_KEYS = ("name", "channels", "dependencies", "prefix", "variables", "platforms", "category")
_VERSION = re.compile(r"\d+\.\d+")


def check_python_env(path: Path) -> tuple[Diagnostic, ...]:
    """Check the keys and the lists of a python_env.yaml."""
    from mlplat_cli.projects.schemas import PythonEnvDocument, keys_of
    from mlplat_cli.projects.yaml_places import read_yaml

    file, node = read_yaml(path)
    if node is None:
        return tuple(file.diagnostics)
    right = keys_of(PythonEnvDocument)
    for key, value in file.entries(node, "python_env.yaml", "a mapping with python and dependencies"):
        if key.value == "python":
            _check_version(file, value)
        elif key.value in right:
            _check_requirements(file, value, key.value)
        else:
            file.unknown_key(key, right, "python_env.yaml")
    return tuple(file.diagnostics)


def check_conda_env(path: Path) -> tuple[Diagnostic, ...]:
    """Check the keys and the dependencies of a conda.yaml."""
    from mlplat_cli.projects.yaml_places import read_yaml

    file, node = read_yaml(path)
    if node is None:
        return tuple(file.diagnostics)
    for key, value in file.entries(node, "conda.yaml", "a mapping with dependencies"):
        if key.value == "dependencies":
            _check_conda_dependencies(file, value)
        elif key.value == "channels":
            _check_requirements(file, value, "channels")
        elif key.value not in _CONDA_KEYS:
            file.unknown_key(key, _CONDA_KEYS, "conda.yaml")
    return tuple(file.diagnostics)


def _check_version(file: YamlFile, node: yaml.Node) -> None:
    """Warn of a version that YAML reads as a number and so shortens: 3.10 is 3.1."""
    text = file.text(node, "python")
    if text is None or text == node.value:
        return
    if _VERSION.fullmatch(node.value):
        file.fault(
            node,
            f"YAML reads {node.value} as the number {text}",
            expected=f'python: "{node.value}"',
            severity="warning",
        )
    else:
        file.fault(node, f"{node.value!r} is no version", expected='a version such as "3.11"')


def _check_requirements(file: YamlFile, node: yaml.Node, what: str) -> None:
    from mlplat_cli.projects.yaml_places import is_text

    for item in _items(file, node, what):
        if not is_text(item):
            file.fault(item, f"an entry of {what} is not text", expected="text, such as numpy>=2")


def _check_conda_dependencies(file: YamlFile, node: yaml.Node) -> None:
    import yaml

    from mlplat_cli.projects.yaml_places import is_text

    for item in _items(file, node, "dependencies"):
        if isinstance(item, yaml.MappingNode):
            for key, value in file.entries(item, "an entry of dependencies", "text or a pip mapping"):
                if key.value == "pip":
                    _check_requirements(file, value, "pip")
                else:
                    file.unknown_key(key, ("pip",), "dependencies")
        elif not is_text(item):
            file.fault(item, "an entry of dependencies is not text", expected="text, or pip: with a list")


def _items(file: YamlFile, node: yaml.Node, what: str) -> list[yaml.Node]:
    import yaml

    from mlplat_cli.projects.yaml_places import is_null, kind

    if is_null(node):
        return []
    if not isinstance(node, yaml.SequenceNode):
        file.fault(node, f"{what} is {kind(node)}", expected="a list, each entry on a line that begins with '- '")
        return []
    return list(node.value)

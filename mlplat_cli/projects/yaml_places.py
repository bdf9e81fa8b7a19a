"""YAML with places. In: a file. Out: its nodes, and diagnostics that know line and column.

Nodes are composed, never constructed, so that a fault is shown where it stands. Scalars become values one by one,
by YAML's own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from mlplat.models.yaml_bounds import too_deep
from mlplat_cli.errors import Diagnostic
from mlplat_cli.errors.spelling import nearest
from mlplat_cli.projects.diagnostics import shown_path

Severity = Literal["error", "warning"]
Entries = list[tuple[yaml.ScalarNode, yaml.Node]]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_STRING = "tag:yaml.org,2002:str"
VALUE_NODES = 1000
"""The most nodes that one value may hold: aliases of aliases could stand for billions."""


@dataclass(slots=True)
class YamlFile:
    """A file being read; every mistake found in it is kept in `diagnostics`."""

    shown: str
    lines: list[str]
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        line: int,
        column: int,
        message: str,
        *,
        expected: str | None = None,
        suggestion: str | None = None,
        length: int = 1,
        severity: Severity = "error",
    ) -> None:
        """Note a mistake at a 0-based line and column."""
        if line >= len(self.lines):
            # What is missing at the end of a file is shown after its last character.
            line = max(len(self.lines) - 1, 0)
            column = len(self.lines[line]) if self.lines else 0
        source = self.lines[line] if self.lines else ""
        self.diagnostics.append(
            Diagnostic(
                path=self.shown,
                line=line + 1,
                column=min(column, len(source)) + 1,
                source_line=source,
                message=message,
                expected=expected,
                suggestion=suggestion,
                length=length,
                severity=severity,
            )
        )

    def fault(
        self,
        node: yaml.Node,
        message: str,
        *,
        expected: str | None = None,
        suggestion: str | None = None,
        severity: Severity = "error",
    ) -> None:
        """Note a mistake where a node stands, underlined to its end on that line."""
        start, end = node.start_mark, node.end_mark
        same_line = end.line == start.line
        length = end.column - start.column if same_line else 1
        self.add(
            start.line, start.column, message,
            expected=expected, suggestion=suggestion, length=length, severity=severity,
        )  # fmt: skip

    def entries(self, node: yaml.Node, what: str, expected: str) -> Entries:
        """Return a mapping's keys and values, merge keys (`<<`) applied.

        Notes a node that is no mapping, keys that are no text and keys that come twice. Null is an empty mapping.
        """
        if is_null(node):
            return []
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} is {kind(node)}", expected=expected)
            return []
        own: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
        merged: Entries = []
        for key, value in node.value:
            if key.tag == _MERGE:
                merged += self._merged(value, what, expected)
            elif not isinstance(key, yaml.ScalarNode):
                self.fault(key, f"a key of {what} is {kind(key)}", expected="text")
            elif key.value in own:
                first = own[key.value][0].start_mark.line + 1
                self.fault(key, f"{key.value!r} is given twice; the first is in line {first}", expected="each key once")
            else:
                own[key.value] = (key, value)
        inherited = {key.value: (key, value) for key, value in merged if key.value not in own}
        return [*inherited.values(), *own.values()]

    def _merged(self, node: yaml.Node, what: str, expected: str) -> Entries:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return [entry for part in reversed(parts) for entry in self.entries(part, what, expected)]

    def unknown_key(self, key: yaml.ScalarNode, right: tuple[str, ...], what: str) -> None:
        """Note a key that means nothing: an error if it is a slip of a right one, else a warning."""
        near = nearest(key.value, right)
        self.fault(
            key,
            f"unknown key {key.value!r} in {what}" + ("" if near else " is ignored"),
            expected=f"one of {', '.join(right)}",
            suggestion=near,
            severity="error" if near else "warning",
        )

    def text(self, node: yaml.Node, what: str) -> str | None:
        """Return a scalar that stands for text; numbers and the like are taken as MLflow would, by their value."""
        if is_null(node):
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, f"{what} is {kind(node)}", expected="text")
            return None
        return str(self.value(node))

    def value(self, node: yaml.Node) -> object:
        """Construct a plain value from a node; a value that YAML cannot make is noted and becomes its text."""
        if _size(node, VALUE_NODES) > VALUE_NODES:
            self.fault(node, f"a value of more than {VALUE_NODES} parts")
            return ""
        loader = _LOADER("")
        try:
            return loader.construct_document(node)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            problem = getattr(error, "problem", None) or str(error)
            self.fault(node, f"this value cannot be read: {problem}")
            return node.value if isinstance(node, yaml.ScalarNode) else ""
        finally:
            loader.dispose()


def _size(node: yaml.Node, limit: int) -> int:
    """Count the nodes below a node, an alias as often as it is used, up to a little over the limit."""
    count, pending = 0, [node]
    while pending and count <= limit:
        one = pending.pop()
        count += 1
        if isinstance(one, yaml.SequenceNode):
            pending += one.value
        elif isinstance(one, yaml.MappingNode):
            pending += [part for pair in one.value for part in pair]
    return count


def is_null(node: yaml.Node) -> bool:
    """Say whether a node is YAML's null, which stands for "not given" everywhere."""
    return bool(node.tag == _NULL)


def is_text(node: yaml.Node) -> bool:
    """Say whether a node is text, not a number, a date or a collection."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _STRING


def kind(node: yaml.Node) -> str:
    """Name a node's kind for a message."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if is_null(node):
        return "empty"
    return f"{node.value!r}"


def read_yaml(path: Path) -> tuple[YamlFile, yaml.Node | None]:
    """Read a file and compose its one document; None when it is empty or does not parse (then noted)."""
    file = YamlFile(shown_path(path), [])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", "replace")
        file.lines = error.object.decode("utf-8", "replace").splitlines()
        file.add(before.count("\n"), len(before) - before.rfind("\n") - 1, "the file is not UTF-8 text")
        return file, None
    except OSError as error:
        file.add(0, 0, f"the file cannot be read: {error.strerror}")
        return file, None
    file.lines = text.splitlines()
    return file, _compose(file, text)


def _compose(file: YamlFile, text: str) -> yaml.Node | None:
    excess = too_deep(text)
    if excess is not None:
        file.add(0, 0, excess, expected="YAML")
        return None
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = f" ({error.context})" if error.context else ""
        line, column = (mark.line, mark.column) if mark else (0, 0)
        file.add(line, column, f"{error.problem or 'this is not YAML'}{context}", expected="YAML")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        file.add(line, 0, f"a character that YAML does not allow: {error.reason}", expected="YAML")
    except RecursionError:
        file.add(0, 0, "the file is nested too deeply", expected="YAML")
    return None

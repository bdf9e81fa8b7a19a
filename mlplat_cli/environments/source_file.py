"""A project's text file with its places. In: a path. Out: lines, YAML nodes, and diagnostics that point into it.

YAML is read as a tree of nodes and never converted: `python: 3.10` stays "3.10" instead of becoming 3.1.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.errors import Diagnostic, ProjectFileError
from mlplat_cli.errors.spelling import nearest

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read: its path, how the user should see it, and its text."""

    path: Path
    shown: str
    text: str

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the file start from."""
        return self.path.parent

    def place(self, line: int) -> str:
        """Return `conda.yaml:7` for the 1-based line 7."""
        return f"{self.shown}:{line}"

    def diagnostic(
        self,
        line: int,
        column: int,
        message: str,
        *,
        length: int = 1,
        expected: str | None = None,
        suggestion: str | None = None,
    ) -> Diagnostic:
        """Return a mistake at a 1-based line and column."""
        lines = self.text.splitlines()
        source_line = lines[line - 1] if 0 < line <= len(lines) else ""
        return Diagnostic(self.shown, line, column, source_line, message, expected, suggestion, length)

    def at(self, node: Node, message: str, *, expected: str | None = None, suggestion: str | None = None) -> Diagnostic:
        """Return a mistake at a YAML node."""
        mark = node.start_mark
        length = max(node.end_mark.column - mark.column, 1) if node.end_mark.line == mark.line else 1
        return self.diagnostic(
            mark.line + 1, mark.column + 1, message, length=length, expected=expected, suggestion=suggestion
        )


def read_source(path: Path, root: Path) -> SourceFile:
    """Read a file as UTF-8, or as its byte order mark says; it is shown relative to `root` where it lies below it.

    Raises:
        ProjectFileError: the file is missing or is not UTF-8 text.
    """
    shown = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    try:
        content = path.read_bytes()
        # PowerShell writes `pip freeze > requirements.txt` in UTF-16, which pip reads.
        encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        return SourceFile(path, shown, content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"))
    except FileNotFoundError as error:
        raise ProjectFileError(f"{shown}: no such file", ()) from error
    except UnicodeDecodeError as error:
        raise ProjectFileError(
            f"{shown}: not {error.encoding.upper()} text (byte {error.start})", (), hint="save it as UTF-8"
        ) from error
    except OSError as error:
        raise ProjectFileError(f"{shown}: cannot be read: {error.strerror}", ()) from error


def refuse(problems: Iterable[Diagnostic]) -> None:
    """Raise a ProjectFileError that holds all problems, if there are any."""
    found = tuple(problems)
    if found:
        first = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ProjectFileError(f"{first.path}:{first.line}: {first.message}{more}", found)


def yaml_mapping(source: SourceFile) -> MappingNode | None:
    """Return the file's top mapping; None for an empty file.

    Raises:
        ProjectFileError: the text is not YAML, or its top is not a mapping.
    """
    import yaml

    from mlplat.models.yaml_bounds import too_deep

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    excess = too_deep(source.text)
    if excess is not None:
        refuse([source.diagnostic(1, 1, excess)])
    try:
        node = yaml.compose(source.text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        refuse([source.diagnostic(line, column, f"not valid YAML: {error.problem or error.context}")])
    except yaml.YAMLError as error:
        refuse([source.diagnostic(1, 1, f"not valid YAML: {str(error).splitlines()[0]}")])
    else:
        if node is None or isinstance(node, yaml.MappingNode):
            return node
        refuse([source.at(node, "a mapping was expected", expected="key: value")])
    return None


def yaml_entries(source: SourceFile, top: MappingNode | None, known: Iterable[str]) -> dict[str, Node]:
    """Return key → value node; an unknown key that is nothing like a known one means nothing (`validate` warns of it).

    Raises:
        ProjectFileError: a key that is nearly a known one, or stands twice.
    """
    keys = sorted(known)
    entries: dict[str, Node] = {}
    problems = []
    for key, value in top.value if top is not None else ():
        name = str(key.value)
        if name in entries:
            problems.append(source.at(key, f"the key {name!r} stands twice"))
        elif name not in keys:
            near = nearest(name, keys)
            if near is not None:
                expected = f"one of {', '.join(keys)}"
                problems.append(source.at(key, f"unknown key {name!r}", expected=expected, suggestion=near))
        entries[name] = value
    refuse(problems)
    return entries

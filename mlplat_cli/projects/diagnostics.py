"""Mistakes as a compiler shows them. In: diagnostics. Out: text with the place, the line, and what was expected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from mlplat_cli.errors import Diagnostic, ProjectFileError


def render(diagnostic: Diagnostic) -> str:
    """Show one mistake: `file:line:column: error: message`, the line underlined, then what would be right."""
    place = f"{diagnostic.path}:{diagnostic.line}:{diagnostic.column}"
    number = str(diagnostic.line)
    lines = [f"{place}: {diagnostic.severity}: {diagnostic.message}"]
    if diagnostic.source_line.strip():
        lines.append(f" {number} | {diagnostic.source_line}")
        lines.append(f" {' ' * len(number)} | {_underline(diagnostic)}")
    if diagnostic.expected is not None:
        lines.append(f"  expected: {diagnostic.expected}")
    if diagnostic.suggestion is not None:
        lines.append(f"  did you mean {diagnostic.suggestion!r}?")
    return "\n".join(lines)


def _underline(diagnostic: Diagnostic) -> str:
    before = diagnostic.source_line[: diagnostic.column - 1]
    # Tabs are kept, so that the caret stands under the fault at any tab width.
    lead = "".join("\t" if char == "\t" else " " for char in before)
    room = len(diagnostic.source_line) - len(before)
    return lead + "^" * max(1, min(diagnostic.length, room))


def errors_of(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return those that stop a project from running; the others are warnings."""
    return tuple(one for one in diagnostics if one.severity == "error")


def raise_errors(diagnostics: Sequence[Diagnostic]) -> None:
    """Raise ProjectFileError with every diagnostic if one of them is an error."""
    errors = errors_of(diagnostics)
    if not errors:
        return
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    raise ProjectFileError(f"{first.path}:{first.line}: {first.message}{more}", tuple(diagnostics))


def shown_path(path: Path) -> str:
    """Name a file as the user would: relative to the working folder if it lies below it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.pardir) else relative

"""Command templates. In: `python train.py --alpha {alpha}`. Out: literal text and named gaps, or what is wrong.

The syntax is MLproject's: `{name}` is replaced, doubled braces stand for themselves. Attribute, index, conversion
and format syntax is refused: a parameter is text, and nothing of it is to be evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mlplat_cli.errors.spelling import nearest

_BRACE = re.compile(r"\{\{|\}\}|\{|\}")
_NOT_A_NAME = re.compile(r"[.\[\]!:{}]|^\d+$|^\s*$")


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for a parameter's value; `offset` is where its brace stands in the template."""

    name: str
    offset: int


Piece = str | Gap


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong at `text`, which stands at `offset` of the template."""

    offset: int
    text: str
    message: str
    expected: str | None = None
    suggestion: str | None = None


def parse_template(command: str) -> tuple[tuple[Piece, ...], tuple[TemplateFault, ...]]:
    """Split a command into literal text (braces undoubled) and gaps; faulty parts are left out and reported."""
    pieces: list[Piece] = []
    faults: list[TemplateFault] = []
    at = 0
    while match := _BRACE.search(command, at):
        pieces.append(command[at : match.start()])
        at = match.end()
        if match[0] in ("{{", "}}"):
            pieces.append(match[0][0])
        elif match[0] == "}":
            faults.append(TemplateFault(match.start(), "}", "a '}' without its '{'", "'}}' for a brace of the shell"))
        else:
            at = _read_gap(command, match.start(), pieces, faults)
    pieces.append(command[at:])
    return tuple(piece for piece in pieces if piece != ""), tuple(faults)


def _read_gap(command: str, start: int, pieces: list[Piece], faults: list[TemplateFault]) -> int:
    """Read the gap that opens at `start`; return the offset after it."""
    end = command.find("}", start)
    if end < 0:
        text = command[start:].split("\n", 1)[0]
        faults.append(TemplateFault(start, text, "a '{' without its '}'", "'{{' for a brace of the shell"))
        return len(command)
    name, text = command[start + 1 : end], command[start : end + 1]
    if _NOT_A_NAME.search(name):
        expected = "'{name}' for a parameter, '{{' and '}}' for braces of the shell"
        faults.append(TemplateFault(start, text, f"{text!r} does not name a parameter", expected))
    else:
        pieces.append(Gap(name, start))
    return end + 1


def check_gaps(pieces: Collection[Piece], declared: Collection[str]) -> tuple[TemplateFault, ...]:
    """Report gaps that can never be filled, and those where a shell would take the value for something else."""
    faults = []
    before = ""
    for piece in pieces:
        if isinstance(piece, str):
            before += piece
            continue
        fault = _check_gap(piece, before, declared)
        if fault is not None:
            faults.append(fault)
        before = ""
    return tuple(faults)


def _check_gap(gap: Gap, before: str, declared: Collection[str]) -> TemplateFault | None:
    text = f"{{{gap.name}}}"
    after_dollar = before.endswith("$")
    if gap.name not in declared:
        names = f"one of the parameters {', '.join(declared)}" if declared else "the entry point to declare it"
        expected = f"'${{{text}}}' for a variable of the shell" if after_dollar else names
        return TemplateFault(
            gap.offset, text, f"{text!r} names no declared parameter", expected, nearest(gap.name, declared)
        )
    if after_dollar:
        expected = f"'{text}' for the parameter, '${{{text}}}' for a variable of the shell"
        return TemplateFault(gap.offset, text, f"a '$' stands before {text!r}", expected)
    backslashes = len(before) - len(before.rstrip("\\"))
    if backslashes % 2:
        return TemplateFault(gap.offset, text, f"a backslash stands before {text!r}", f"'{text}' alone")
    return None


def escape_braces(text: str) -> str:
    """Double the braces of a text that is to stand for itself in a template."""
    return text.replace("{", "{{").replace("}", "}}")

"""Where in a shell command each gap stands. In: a template's pieces. Out: for each gap, how a value is written there.

A value must arrive as it was given and must never be read as shell. Two ways do that:

- *inline*: the value quoted, where the surroundings are plain words and quotes, which are followed exactly;
- *by variable*: the value is assigned to a shell variable in front of the command and the gap becomes "${name}",
  for everything else (substitutions, here-documents, comments). A shell never reads an expanded variable
  as a command, so this stays safe even where the surroundings are not understood.

Some surroundings evaluate even expanded text (`eval`, `sh -c`, arithmetic): they are named as `evaluated`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from mlplat_cli.projects.template import Gap, Piece

_GAP = "\0"
_COMPLEX = re.compile(r"[`(#]|<<|\$['\"{]")
_COMMAND = r"(?:^|[;&|\n(`{]|\b(?:then|do|else|if|while|until|time|exec|command|builtin|env|sudo)\s)\s*(?:\w+=\S*\s+)*"
_BUILTINS = "eval|let|declare|typeset|local|unset|export|readonly|read|trap|mapfile|ssh"
_EVALUATORS = (
    re.compile(rf"{_COMMAND}({_BUILTINS})\s[^;&|\n]*$"),
    re.compile(r"\b((?:declare|typeset|local)\s+-\w*i)\b.*$", re.DOTALL),
    re.compile(r"(\(\()(?:(?!\)\)).)*$", re.DOTALL),
    re.compile(r"(\[\[)(?:(?!\]\]).)*$", re.DOTALL),
    re.compile(r"\b(printf\s+-v|test\s+-v)[^;&|\n]*$|(\[\s+-v)[^;&|\n]*$"),
)
_ASSIGNERS = frozenset({"export", "readonly"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
"""What follows is a variable's value: after these builtins it is text, while its name would be evaluated."""
_CODE_ARGUMENT = re.compile(
    r"(?:^|[\s/;&|(])((?:(?:ba|da|z|k|a)?sh|su|python[\d.]*|perl|ruby|node|Rscript)(?:\s+-\S+)*\s+-\w*[ce])\s+$"
)


class Quote(Enum):
    """What surrounds a gap: nothing, "…", '…' or $'…'; the value is what closes it before the text put in."""

    NONE = ("", "")
    DOUBLE = ('"', '"')
    SINGLE = ("'", "'")
    ANSI = ("'", "$'")

    def wrap(self, word: str) -> str:
        """Put a whole shell word in, so that it joins what stands around it."""
        close, reopen = self.value
        return f"{close}{word}{reopen}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of one gap.

    Args:
        evaluated: what of the shell would evaluate the value's text, such as `eval`; None if nothing does.
        glued: a variable's name stands directly before, which an unquoted value would lengthen.
    """

    quote: Quote
    evaluated: str | None
    glued: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Of a whole template.

    Args:
        gaps: one for each gap, in order.
        plain: only words and quotes, so that values may be written inline.
        open_end: why nothing can be appended to the command; None when it can.
    """

    gaps: tuple[Surroundings, ...]
    plain: bool
    open_end: str | None


@dataclass(slots=True)
class _Reader:
    """Follows a command's quotes, character by character; `stack` holds what is open and where its word began."""

    text: str
    stack: list[tuple[str, int]] = field(default_factory=list)
    word: int = 0
    gaps: list[Surroundings] = field(default_factory=list)

    @property
    def top(self) -> str:
        return self.stack[-1][0] if self.stack else ""

    def push(self, kind: str, at: int) -> None:
        self.stack.append((kind, self.word))
        if kind in "(`":
            self.word = at + 1

    def pop(self) -> None:
        _, self.word = self.stack.pop()

    def read(self) -> None:
        at = 0
        while at < len(self.text):
            at += self._step(at, self.text[at])

    def _step(self, at: int, char: str) -> int:
        """Take one character; return how many were used."""
        if char == _GAP:
            self.gaps.append(self._surroundings(at))
        elif self.top == "#":
            if char == "\n":
                self.pop()
                self.word = at + 1
        elif self.top == "'":
            if char == "'":
                self.pop()
        elif char == "\\":
            return 1 if self.text[at + 1 : at + 2] == _GAP else 2
        elif self.top == "$'":
            if char == "'":
                self.pop()
        else:
            self._open_or_close(at, char)
        return 1

    def _open_or_close(self, at: int, char: str) -> None:
        in_double = self.top == '"'
        before = self.text[at - 1 : at]
        if char in '"`':
            if self.top == char:
                self.pop()
            else:
                self.push(char, at)
        elif char == "'" and not in_double:
            self.push("$'" if before == "$" else "'", at)
        elif char == "(" and (not in_double or before == "$"):
            self.push("(", at)
        elif char == ")" and self.top == "(":
            self.pop()
        elif char == "#" and not in_double and at == self.word:
            self.push("#", at)
        elif char in " \t\n;&|<>()" and not in_double:
            self.word = at + 1

    def _surroundings(self, at: int) -> Surroundings:
        before = self.text[:at]
        quotes = {'"': Quote.DOUBLE, "'": Quote.SINGLE, "$'": Quote.ANSI}
        return Surroundings(
            quote=quotes.get(self.top, Quote.NONE),
            evaluated=self._evaluated(before),
            glued=re.search(r"\$\w+$", before) is not None,
        )

    def _is_assigned(self, before: str) -> bool:
        """Say whether a gap is in the value of `NAME=value`, outside of substitutions."""
        if any(kind in "(`" for kind, _ in self.stack):
            return False
        return _ASSIGNMENT.match(before[self.stack[0][1] if self.stack else self.word :]) is not None

    def _evaluated(self, before: str) -> str | None:
        is_assigned = self._is_assigned(before)
        for pattern in _EVALUATORS:
            if match := pattern.search(before):
                found = next(group for group in match.groups() if group)
                if not (is_assigned and found in _ASSIGNERS):
                    return found
        for start in (self.word, *(word for _, word in self.stack)):
            if match := _CODE_ARGUMENT.search(self.text[:start]):
                return match[1]
        return None


def lay_out(pieces: Sequence[Piece]) -> Layout:
    """Follow the quotes of a whole command and say how each of its gaps stands."""
    text = "".join(_GAP if isinstance(piece, Gap) else piece.replace(_GAP, "") for piece in pieces)
    reader = _Reader(text)
    reader.read()
    return Layout(tuple(reader.gaps), _COMPLEX.search(text) is None, _open_end(reader, text))


def _open_end(reader: _Reader, text: str) -> str | None:
    if reader.top == "#":
        return "it ends in a comment"
    if reader.stack:
        return f"a {reader.top} is still open at its end"
    if text.rstrip().endswith((";", "&", "|")):
        return f"it ends in {text.rstrip()[-1]}"
    return None

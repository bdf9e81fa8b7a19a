"""YAML's scalars, and collections in brackets. In: a piece of a document. Out: plain values."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Tuple

from mlplat.exceptions import MlplatException

_TRUE, _FALSE = frozenset(("yes", "true", "on")), frozenset(("no", "false", "off"))
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?)")
_BASES = ((re.compile(r"([-+]?)0b([01_]+)"), 2), (re.compile(r"([-+]?)0x([0-9a-fA-F_]+)"), 16),
          (re.compile(r"([-+]?)0([0-7_]+)"), 8))  # fmt: skip
_INFINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^\s'"\[\]{},#&*!|>%@`?:-]|[?:-](?=\S))(?:[^#]|(?<=\S)#)*?):(?= |$)"""
)
_ESCAPES = dict(zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029'))
_DIGITS = {"x": 2, "u": 4, "U": 8}
FLOW_ENDS = ",[]{}"


def is_key(text: str) -> Optional[int]:
    """Return where the colon of a mapping's key stands in a line, None where the line begins with no key."""
    found = _KEY.match(text)
    return None if found is None else found.end(1)


def resolved(text: str) -> Any:
    """Return what a plain scalar means: a number, a truth value, None or its text."""
    if text in _NULL:
        return None
    if text in (text.lower(), text.upper(), text.title()) and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    digits = text.replace("_", "")
    if _INT.fullmatch(text):
        return int(digits)
    for pattern, base in _BASES:
        found = pattern.fullmatch(text)
        if found is not None and found[2].strip("_"):
            return int(found[1] + found[2].replace("_", ""), base)
    if _FLOAT.fullmatch(text):
        return float(digits)
    infinite = _INFINITE.fullmatch(text)
    if infinite is not None:
        return float(infinite[1] + "inf")
    if text in (".nan", ".NaN", ".NAN"):
        return float("nan")
    return _in_sixties(digits) if _SIXTIES.fullmatch(text) else text


def _in_sixties(text: str) -> Any:
    sign = -1 if text.startswith("-") else 1
    convert: Callable[[str], Any] = float if "." in text else int
    total: Any = 0
    for part in text.lstrip("+-").split(":"):
        total = total * 60 + convert(part)
    return sign * total


def fold(raw: str, escapes: bool) -> str:
    """Join the lines of a scalar: a line break is a space, an empty line a line break.

    Args:
        escapes: a backslash at a line's end joins the lines as they are.
    """
    lines = raw.split("\n")
    text, breaks = lines[0], 0
    if len(lines) > 1 and not _joins(text, escapes):
        text = text.rstrip(" \t")
    for index, line in enumerate(lines[1:], 1):
        last = index == len(lines) - 1
        part = line.lstrip(" \t")
        if not _joins(part, escapes) and not last:
            part = part.rstrip(" \t")
        if not part and not last:
            breaks += 1
            continue
        if _joins(text, escapes) and not breaks:
            text = text[:-1] + part
        else:
            text += ("\n" * breaks or " ") + part
        breaks = 0
    return text


def _joins(text: str, escapes: bool) -> bool:
    return escapes and (len(text) - len(text.rstrip("\\"))) % 2 == 1


def block_scalar(head: str, lines: List[str], at: int, parent: int) -> Tuple[str, int]:
    """Read a literal (`|`) or folded (`>`) scalar whose lines begin at `at`; return it and the line after it."""
    marks = head.split("#", maxsplit=1)[0].strip()
    given = next((int(each) for each in marks if each.isdigit()), None)
    indent = None if given is None else max(parent, 0) + given
    body: List[str] = []
    while at < len(lines):
        line = lines[at]
        width = len(line) - len(line.lstrip(" "))
        if line.strip():
            indent = width if indent is None else indent
            if width < indent or width <= parent:
                break
        body.append(line)
        at += 1
    cut = [line[indent or 0 :] for line in body]
    kept = len(cut)
    while kept and not cut[kept - 1].strip():
        kept -= 1
    text = "\n".join(cut[:kept]) if marks[0] == "|" else _folded(cut[:kept])
    ending = "" if "-" in marks or not kept else "\n"
    return text + (ending + "\n" * (len(cut) - kept) if "+" in marks else ending), at


def _folded(lines: List[str]) -> str:
    text = ""
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else ""
        plain = bool(line and before) and line[0] not in " \t" and before[0] not in " \t"
        text += ("" if not index else " " if plain else "" if line and not before and index > 1 else "\n") + line
    return text


_QUOTED = {
    "'": re.compile(r"([^']*(?:''[^']*)*)'(?!')"),
    '"': re.compile(r'([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL),
}
"""A quoted text from behind its first mark, and its last."""


def ends_quoted(line: str, mark: str, is_first: bool) -> bool:
    """Tell whether a quoted text, open where a line begins, may end in it; its first line has the first mark too."""
    return _QUOTED[mark].match(line, 1 if is_first else 0) is not None


def ends_collection(line: str, mark: str, is_first: bool) -> bool:
    """Tell whether a collection in brackets may end in a line."""
    return "]" in line or "}" in line


class Scanner:
    """Reads a value of which the whole text is at hand.

    Args:
        anchors: values that `*name` means.
    """

    def __init__(self, text: str, anchors: Dict[str, Any]) -> None:
        self._text, self._at, self._anchors = text, 0, anchors

    def whole(self) -> Any:
        """Return the value.

        Raises:
            EOFError: the text ends before the value does.
            MlplatException: there is more than one value, or it is none.
        """
        found = self._value(False)
        self._skip()
        if self._at < len(self._text) and self._text[self._at] != "#":
            raise self._fault()
        return found

    def _value(self, in_flow: bool) -> Any:
        self._skip()
        mark = self._peek()
        if mark == "[":
            return self._sequence()
        if mark == "{":
            return self._mapping()
        if mark in ("'", '"'):
            return self._quoted(mark)
        if mark == "!":
            raise self._fault()
        text = self._plain(in_flow)
        if text.startswith("*"):
            if text[1:] not in self._anchors:
                raise self._fault()
            return self._anchors[text[1:]]
        return resolved(text)

    def _sequence(self) -> List[Any]:
        found: List[Any] = []
        self._at += 1
        while not self._closed("]"):
            found.append(self._value(True))
            self._separated("]")
        return found

    def _mapping(self) -> Dict[Any, Any]:
        found: Dict[Any, Any] = {}
        self._at += 1
        while not self._closed("}"):
            if self._text.startswith("? ", self._at):
                self._at += 1
            key = self._value(True)
            self._skip()
            value = None
            if self._peek() == ":":
                self._at += 1
                self._skip()
                value = None if self._peek() in ",}" else self._value(True)
            found[key] = value
            self._separated("}")
        return found

    def _closed(self, end: str) -> bool:
        self._skip()
        if self._peek() != end:
            return False
        self._at += 1
        return True

    def _separated(self, end: str) -> None:
        self._skip()
        if self._peek() == ",":
            self._at += 1
        elif self._peek() != end:
            raise self._fault()

    def _quoted(self, mark: str) -> str:
        found = _QUOTED[mark].match(self._text, self._at + 1)
        if found is None:
            raise EOFError
        raw = fold(found[1], mark == '"')
        self._at = found.end()
        return raw.replace("''", "'") if mark == "'" else self._unescaped(raw)

    def _unescaped(self, raw: str) -> str:
        if "\\" not in raw:
            return raw
        parts: List[str] = []
        at = 0
        while at < len(raw):
            if raw[at] != "\\":
                parts.append(raw[at])
                at += 1
                continue
            mark = raw[at + 1 : at + 2]
            digits = _DIGITS.get(mark, 0)
            if digits:
                parts.append(chr(int(raw[at + 2 : at + 2 + digits], 16)))
            elif mark in _ESCAPES:
                parts.append(_ESCAPES[mark])
            else:
                raise self._fault()
            at += 2 + digits
        return "".join(parts)

    def _plain(self, in_flow: bool) -> str:
        start = self._at
        while self._at < len(self._text):
            each, following = self._text[self._at], self._text[self._at + 1 : self._at + 2]
            ends = each in FLOW_ENDS or (each == ":" and (not following.strip() or following in FLOW_ENDS))
            if (in_flow and ends) or (each == "#" and self._text[self._at - 1 : self._at].isspace()):
                break
            self._at += 1
        return fold(self._text[start : self._at].strip(), False)

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _peek(self) -> str:
        if self._at >= len(self._text):
            raise EOFError
        return self._text[self._at]

    def _fault(self) -> MlplatException:
        return MlplatException(f"it is no YAML that can be read here: {self._text[:60]!r}")

"""A reader of what `yaml.safe_dump` writes, for environments without PyYAML. In: a text. Out: plain values.

Block and flow collections, plain, quoted and literal scalars over several lines, anchors and aliases; scalars are
resolved as YAML 1.1 does, dates excepted, which stay texts. Tags, merge keys and several documents are refused.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.yaml_scalars import Scanner, block_scalar, ends_collection, ends_quoted, fold, is_key, resolved

MAX_DEPTH = 200
MAX_TRIED = 64 << 20
"""Characters of one value that are looked at, those that are looked at again counted again."""


def read(text: str) -> Any:
    """Return what a YAML document says; MlplatException when it is none, or is one that this reader does not know."""
    document = _Document(text)
    try:
        return document.value()
    except (EOFError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise document.fault("it cannot be understood") from error


class _Document:
    """A document being read, line by line."""

    def __init__(self, text: str) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.at = 0
        self.anchors: Dict[str, Any] = {}
        self.depth = 0

    def value(self) -> Any:
        """Return what the whole document says."""
        if self._next() is not None and self._text().startswith("---"):
            self.lines[self.at] = self.lines[self.at].replace("---", "   ", 1)
        found = self._node(0)
        if self._next() is not None and self._text() != "...":
            raise self.fault("nothing more was expected")
        return found

    def _next(self) -> Optional[int]:
        """Go to the next line that says something, and return how far it is indented; None at the end."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            text = line.lstrip(" ")
            if text.strip() and not text.startswith("#"):
                if text.startswith("\t"):
                    raise self.fault("a tab is no indentation")
                return len(line) - len(text)
            self.at += 1
        return None

    def _text(self) -> str:
        return self.lines[self.at].strip()

    def _node(self, least: int) -> Any:
        """Read what stands on the next lines, if it is indented by at least so much; else there is nothing."""
        indent = self._next()
        if indent is None or indent < least or self._text() == "...":
            return None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault("it is nested too deeply")
        text = self.lines[self.at][indent:]
        if text.startswith("- ") or text.rstrip() == "-":
            found: Any = self._sequence(indent)
        elif _begins_mapping(text):
            found = self._mapping(indent)
        else:
            self.at += 1
            found = self._inline(text, least - 1)
        self.depth -= 1
        return found

    def _sequence(self, indent: int) -> List[Any]:
        found: List[Any] = []
        while self._next() == indent:
            text = self.lines[self.at][indent:]
            if not (text.startswith("- ") or text.rstrip() == "-"):
                break
            rest = text[1:].lstrip(" ")
            if not rest.strip() or rest.startswith("#"):
                self.at += 1
                found.append(self._node(indent + 1))
            elif rest.startswith("- ") or _begins_mapping(rest):
                self.lines[self.at] = " " * (indent + len(text) - len(rest)) + rest
                found.append(self._node(indent + 1))
            else:
                self.at += 1
                found.append(self._inline(rest, indent))
        return found

    def _mapping(self, indent: int) -> Dict[Any, Any]:
        found: Dict[Any, Any] = {}
        while self._next() == indent:
            text = self.lines[self.at][indent:]
            if text.startswith("? "):
                self._explicit(found, text, indent)
                continue
            key = is_key(text)
            if key is None:
                raise self.fault("a key was expected")
            name = self._key(text[:key])
            self.at += 1
            found[name] = self._of_key(text[key + 1 :].strip(), indent)
        if (self._next() or 0) > indent:
            raise self.fault("it is indented too far")
        return found

    def _explicit(self, found: Dict[Any, Any], text: str, indent: int) -> None:
        """Read a key on lines of its own, behind a question mark, and its value behind a colon."""
        self.at += 1
        name = self._inline(text[2:].strip(), indent)
        if self._next() != indent or not self.lines[self.at][indent:].startswith(":"):
            raise self.fault("a colon was expected")
        self.lines[self.at] = self.lines[self.at].replace(":", " ", 1)
        found[name] = self._node(indent + 1)

    def _key(self, text: str) -> Any:
        if text == "<<" or text.startswith(("&", "!")):
            raise self.fault("such a key is not known here")
        return Scanner(text, self.anchors).whole()

    def _of_key(self, rest: str, indent: int) -> Any:
        if rest.startswith("&"):
            name, _, rest = rest[1:].partition(" ")
            found = self._of_key(rest.strip(), indent)
            self.anchors[name] = found
            return found
        if rest and not rest.startswith("#"):
            return self._inline(rest, indent)
        following = self._next()
        if following == indent and (self._text().startswith("- ") or self._text() == "-"):
            return self._sequence(indent)
        return self._node(indent + 1)

    def _inline(self, text: str, parent: int) -> Any:
        """Read a value that begins in the line before this one, with what follows of it."""
        if text.startswith("!"):
            raise self.fault("tags are refused")
        if text.startswith("&"):
            name, _, rest = text[1:].partition(" ")
            self.anchors[name] = found = self._inline(rest.strip(), parent) if rest.strip() else self._node(parent + 1)
            return found
        if text[0] in "|>":
            found, self.at = block_scalar(text, self.lines, self.at, parent)
            return found
        if text[0] in "'\"[{":
            return self._bounded(text)
        return self._plain(text, parent)

    def _bounded(self, text: str) -> Any:
        """Read what has an end of its own: a quoted text, or a collection in brackets."""
        parts, tried = [text], 0
        ends = ends_quoted if text[0] in "'\"" else ends_collection
        is_first = True
        while tried <= MAX_TRIED:
            if ends(parts[-1], text[0], is_first):
                whole = "\n".join(parts)
                tried += len(whole)
                try:
                    return Scanner(whole, self.anchors).whole()
                except EOFError:
                    pass
            if self.at >= len(self.lines):
                raise self.fault("it has no end")
            parts.append(self.lines[self.at])
            self.at += 1
            is_first = False
        raise self.fault("it has too many ends")

    def _plain(self, text: str, parent: int) -> Any:
        if text.startswith("*"):
            return Scanner(text, self.anchors).whole()
        parts = [text]
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if (line.strip() and len(line) - len(line.lstrip(" ")) <= parent) or line.startswith("..."):
                break
            parts.append(line)
            self.at += 1
        return resolved(fold("\n".join(parts).rstrip(), False).split(" #")[0].rstrip())

    def fault(self, what: str) -> MlplatException:
        """Return the error for the line that is being read."""
        return MlplatException(f"it is no YAML that can be read here, line {self.at + 1}: {what}")


def _begins_mapping(text: str) -> bool:
    return text.startswith("? ") or is_key(text) is not None

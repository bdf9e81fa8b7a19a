"""Characters to tokens. In: a filter's text. Out: tokens with their places; FilterError for what is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from mlplat_cli.errors import FilterError


class TokenKind(Enum):
    """What a token is."""

    WORD = auto()  # a keyword or a field's name, `text` without any quotes
    STRING = auto()  # '…' or "…", `text` without quotes
    NUMBER = auto()
    OPERATOR = auto()  # = != <> < <= > >=
    PUNCTUATION = auto()  # ( ) ,
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a filter.

    Args:
        text: what it means, quotes taken away. position: 0-based offset of its first character.
        key: what stands behind the first dot of a word, quotes taken away; None for a word without a dot.
        source: the piece as it was written.
    """

    kind: TokenKind
    text: str
    position: int
    source: str
    key: str | None = None

    def __str__(self) -> str:
        if self.kind is TokenKind.END:
            return "the end"
        return self.source if self.kind is TokenKind.STRING else f"'{self.source}'"


_QUOTES = ("'", '"', "`")
_STRING = r"""'(?:[^']|'')*'|"(?:[^"]|"")*\""""
_QUOTED_NAME = r'''`(?:[^`]|``)*`|"(?:[^"]|"")*"'''
# Keys may be written with the characters that keys may have, a space excepted.
_PATTERN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<dotted>(?P<prefix>[^\W\d]\w*)\.(?:(?P<quoted>{_QUOTED_NAME})|(?P<plain>[\w./:-]+)))
    |(?P<bare>[^\W\d]\w*)
    |(?P<backticked>`(?:[^`]|``)*`)
    |(?P<string>{_STRING})
    |(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<operator><=|>=|!=|<>|=|<|>)
    |(?P<punctuation>[(),])
    """,
    re.VERBOSE,
)


def tokenize(text: str) -> list[Token]:
    """Split a filter into tokens; the last one is END."""
    tokens = []
    position = 0
    while position < len(text):
        found = _PATTERN.match(text, position)
        if found is None:
            raise _nothing_fits(text, position)
        if found["space"] is None:
            tokens.append(_token(found))
        position = found.end()
    tokens.append(Token(TokenKind.END, "", len(text), ""))
    return tokens


def _token(found: re.Match[str]) -> Token:
    source, position = found[0], found.start()
    if found["dotted"] is not None:
        key = unquote(found["quoted"]) if found["quoted"] is not None else found["plain"]
        return Token(TokenKind.WORD, found["prefix"], position, source, key)
    if found["bare"] is not None:
        return Token(TokenKind.WORD, source, position, source)
    if found["backticked"] is not None:
        return Token(TokenKind.WORD, unquote(source), position, source)
    if found["string"] is not None:
        return Token(TokenKind.STRING, unquote(source), position, source)
    if found["number"] is not None:
        return Token(TokenKind.NUMBER, source, position, source)
    if found["operator"] is not None:
        return Token(TokenKind.OPERATOR, source, position, source)
    return Token(TokenKind.PUNCTUATION, source, position, source)


def unquote(quoted: str) -> str:
    """Take the quotes away; a doubled quote inside stands for one."""
    quote = quoted[0]
    return quoted[1:-1].replace(quote * 2, quote)


def _nothing_fits(text: str, position: int) -> FilterError:
    place = position + 1 if text[position] == "." and text[position + 1 : position + 2] in _QUOTES else position
    what = f"the quote {text[place]} is never closed" if text[place] in _QUOTES else f"unexpected {text[place]!r}"
    return FilterError(f"Invalid filter at position {place}: {what}.", text=text, position=place)

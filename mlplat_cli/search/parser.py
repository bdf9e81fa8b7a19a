"""Tokens to a tree. In: a filter's text and the entity that it asks about. Out: its syntax tree, or FilterError."""

from __future__ import annotations

import math

from mlplat_cli.errors import FilterError
from mlplat_cli.search.fields import Entity, ValueType
from mlplat_cli.search.lexer import Token, TokenKind, tokenize
from mlplat_cli.search.naming import is_keyword, resolve
from mlplat_cli.search.regex import regex_fault
from mlplat_cli.search.tree import (
    And,
    Comparison,
    Expression,
    Field,
    IsMissing,
    Membership,
    Not,
    Operator,
    Or,
    Value,
)

MOST_COMPARISONS = 200
"""In one filter: what databases and people can stand."""

LONGEST_PATTERN = 5000
"""Characters of a LIKE pattern; the time to match one grows with its length."""

_DEEPEST = 50
_INT64 = 2**63
_NUMERIC = {
    "=": Operator.EQUAL,
    "!=": Operator.NOT_EQUAL,
    "<>": Operator.NOT_EQUAL,
    "<": Operator.LESS,
    "<=": Operator.AT_MOST,
    ">": Operator.GREATER,
    ">=": Operator.AT_LEAST,
}
_TEXTUAL = {"=": Operator.EQUAL, "!=": Operator.NOT_EQUAL, "<>": Operator.NOT_EQUAL}
_PATTERNS = {
    ("LIKE", False): Operator.LIKE,
    ("LIKE", True): Operator.NOT_LIKE,
    ("ILIKE", False): Operator.ILIKE,
    ("ILIKE", True): Operator.NOT_ILIKE,
}
_REGEXES = {("RLIKE", False): Operator.RLIKE, ("RLIKE", True): Operator.NOT_RLIKE}


def parse_filter(text: str | None, entity: Entity) -> Expression | None:
    """Parse a filter; None when it is empty.

    Raises:
        FilterError: it does not parse; the message says what was found where, and what was expected.
    """
    if text is None or not text.strip():
        return None
    check_encodable(text)
    return _Parser(text, entity).parse()


def parse_field(text: str, entity: Entity) -> Field:
    """Parse the name of one field, as a filter writes it."""
    check_encodable(text)
    tokens = tokenize(text)
    field = resolve(tokens[0], entity, text)
    if tokens[1].kind is not TokenKind.END:
        raise _Parser(text, entity).fault(tokens[1], f"expected nothing behind {tokens[0]}")
    return field


def check_encodable(text: str) -> None:
    """Refuse halves of surrogate pairs, which JSON can carry and no database can."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"Invalid filter at position {error.start}: unexpected {text[error.start]!r}."
        raise FilterError(message, text=text, position=error.start) from None


class _Parser:
    def __init__(self, text: str, entity: Entity) -> None:
        self._text = text
        self._entity = entity
        self._tokens = tokenize(text)
        self._at = 0
        self._depth = 0
        self._comparisons = 0

    def parse(self) -> Expression:
        tree = self._either()
        if self._next.kind is not TokenKind.END:
            raise self.fault(self._next, "expected AND, OR or the end")
        return tree

    def fault(self, token: Token, expected: str) -> FilterError:
        message = f"Invalid filter at position {token.position}: {expected}, found {token}."
        return FilterError(message, text=self._text, position=token.position)

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        if token.kind is not TokenKind.END:
            self._at += 1
        return token

    def _take_keyword(self, *words: str) -> bool:
        found = is_keyword(self._next, *words)
        if found:
            self._at += 1
        return found

    def _expect_keyword(self, word: str) -> None:
        if not self._take_keyword(word):
            raise self.fault(self._next, f"expected {word}")

    def _expect_punctuation(self, mark: str) -> None:
        if not self._take_punctuation(mark):
            raise self.fault(self._next, f"expected '{mark}'")

    def _take_punctuation(self, mark: str) -> bool:
        found = self._next.kind is TokenKind.PUNCTUATION and self._next.text == mark
        if found:
            self._at += 1
        return found

    def _either(self) -> Expression:
        parts = [self._all()]
        while self._take_keyword("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Expression:
        parts = [self._one()]
        while self._take_keyword("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.fault(self._next, f"expected at most {_DEEPEST} levels of parentheses and NOT")
        if self._take_keyword("NOT"):
            found: Expression = Not(self._one())
        elif self._take_punctuation("("):
            found = self._either()
            self._expect_punctuation(")")
        else:
            found = self._comparison()
        self._depth -= 1
        return found

    def _comparison(self) -> Expression:
        self._comparisons += 1
        if self._comparisons > MOST_COMPARISONS:
            raise self.fault(self._next, f"expected at most {MOST_COMPARISONS} comparisons")
        field = resolve(self._take(), self._entity, self._text)
        if field in self._entity.texts:
            return self._pattern(field, negated=self._take_keyword("NOT"))
        if self._take_keyword("IS"):
            negated = self._take_keyword("NOT")
            self._expect_keyword("NULL")
            return IsMissing(field, negated)
        negated = self._take_keyword("NOT")
        if self._take_keyword("IN"):
            return Membership(field, self._list(field), negated)
        if self._takes_numbers(field):
            return self._numeric(field, negated=negated)
        return self._textual(field, negated=negated)

    def _takes_numbers(self, field: Field) -> bool:
        kind = self._entity.value_type(field.kind, field.key)
        if kind is not ValueType.EITHER:
            return kind is ValueType.NUMBER
        # What stands behind the operator decides, or behind IN and its parenthesis.
        nearby = self._tokens[self._at : self._at + 2]
        return is_keyword(nearby[0], "BETWEEN") or any(token.kind is TokenKind.NUMBER for token in nearby)

    def _numeric(self, field: Field, *, negated: bool) -> Expression:
        if self._take_keyword("BETWEEN"):
            return self._between(field, negated=negated)
        operator = self._take()
        if negated or operator.kind is not TokenKind.OPERATOR:
            choices = "IN or BETWEEN" if negated else "=, !=, <, <=, >, >=, IN, BETWEEN or IS NULL"
            raise self.fault(operator, f"expected {choices} after {self._call(field)}")
        return Comparison(field, _NUMERIC[operator.text], self._value(field))

    def _textual(self, field: Field, *, negated: bool) -> Expression:
        found = None
        if not negated and self._next.kind is TokenKind.OPERATOR:
            found = _TEXTUAL.get(self._next.text)
        if found is None:
            return self._pattern(field, negated=negated)
        self._take()
        return Comparison(field, found, self._value(field))

    def _pattern(self, field: Field, *, negated: bool) -> Expression:
        operator = self._take()
        patterns = _PATTERNS | (_REGEXES if self._entity.regexes else {})
        found = patterns.get((operator.source.upper(), negated))
        if found is None:
            raise self.fault(operator, f"expected {self._choices(field, negated=negated)} after {self._call(field)}")
        at = self._next
        value = self._value(field)
        if len(str(value)) > LONGEST_PATTERN:
            raise self.fault(at, f"expected a pattern of at most {LONGEST_PATTERN} characters")
        if found in _REGEXES.values():
            self._check_regex(at, str(value))
        return Comparison(field, found, value)

    def _choices(self, field: Field, *, negated: bool) -> str:
        patterns = "LIKE, ILIKE or RLIKE" if self._entity.regexes else "LIKE or ILIKE"
        if field in self._entity.texts:
            return patterns
        return f"IN, {patterns}" if negated else f"=, !=, {patterns.replace(' or', ',')}, IN or IS NULL"

    def _check_regex(self, at: Token, pattern: str) -> None:
        fault = regex_fault(pattern)
        if fault:
            raise self.fault(at, f"expected a regular expression ({fault})")

    def _between(self, field: Field, *, negated: bool) -> Expression:
        least = self._value(field)
        self._expect_keyword("AND")
        greatest = self._value(field)
        if negated:
            return Or((Comparison(field, Operator.LESS, least), Comparison(field, Operator.GREATER, greatest)))
        return And((Comparison(field, Operator.AT_LEAST, least), Comparison(field, Operator.AT_MOST, greatest)))

    def _list(self, field: Field) -> tuple[Value, ...]:
        self._expect_punctuation("(")
        numeric = self._takes_numbers(field)
        values = [self._value(field, numeric=numeric)]
        while self._take_punctuation(","):
            values.append(self._value(field, numeric=numeric))
        self._expect_punctuation(")")
        return tuple(values)

    def _value(self, field: Field, *, numeric: bool | None = None) -> Value:
        if numeric is None:
            numeric = self._takes_numbers(field)
        token = self._take()
        if not numeric:
            if token.kind is not TokenKind.STRING:
                raise self.fault(token, f"expected {ValueType.TEXT} for {self._call(field)}")
            return token.text
        if token.kind is not TokenKind.NUMBER:
            raise self.fault(token, f"expected {ValueType.NUMBER} for {self._call(field)}")
        return self._number(token)

    def _number(self, token: Token) -> Value:
        number = float(token.text)
        if not math.isfinite(number):
            raise self.fault(token, "expected a number that a 64-bit float can hold")
        if token.text.lstrip("+-").isdecimal() and -_INT64 <= int(token.text) < _INT64:
            return int(token.text)
        return number

    def _call(self, field: Field) -> str:
        return f"{field.kind} '{field.key}'"

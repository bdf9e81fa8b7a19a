"""The syntax tree of a filter. In: nothing. Out: frozen types that compare by value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Value = str | int | float
"""A literal; integers fit 64 bits, floats are finite."""


class FieldKind(StrEnum):
    """What a field belongs to; the value is how errors call it."""

    ATTRIBUTE = "attribute"
    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    DATASET = "dataset"
    METADATA = "metadata"
    FEEDBACK = "feedback"
    EXPECTATION = "expectation"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Field:
    """What is compared: an attribute by its own name (never an alias), or a key of a collection."""

    kind: FieldKind
    key: str


class Operator(StrEnum):
    """Comparisons with one value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    ILIKE = "ILIKE"
    NOT_ILIKE = "NOT ILIKE"
    RLIKE = "RLIKE"
    NOT_RLIKE = "NOT RLIKE"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field and a value.

    LIKE regards case, ILIKE does not, `%` is any text and `_` any character in both. RLIKE finds a regular expression.
    """

    field: Field
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Membership:
    """IN, or NOT IN when negated."""

    field: Field
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsMissing:
    """IS NULL, or IS NOT NULL when negated."""

    field: Field
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Expression


Expression = Comparison | Membership | IsMissing | And | Or | Not

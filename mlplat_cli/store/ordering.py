"""Orders and pages. In: order keys and where fields are found. Out: a page of rows, and the token of the next.

Things that lack a key come last in both directions, NaN before them. The order always ends with something unique, so
that the last row of a page marks one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, case, false, literal, or_

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.search import FieldKind, OrderKey
from mlplat_cli.store.filters import Keyed, Searched
from mlplat_cli.store.numbers import NAN
from mlplat_cli.store.paging import Value, decode_token, encode_token

_FOUND, _NOT_A_NUMBER, _MISSING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that rows are sorted by."""

    column: ColumnElement[Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Ordering:
    """A whole order: its terms, and what has to be joined for them."""

    terms: Sequence[Term]
    joins: Sequence[Keyed] = ()

    def join(self, source: FromClause) -> FromClause:
        """Add what the terms need to a FROM clause."""
        for keyed in self.joins:
            source = source.outerjoin(keyed.source, keyed.link)
        return source


def ordering(keys: Sequence[OrderKey], searched: Searched, last: Sequence[Term]) -> Ordering:
    """Build the order that keys ask for.

    Args:
        last: what decides among equals, ending with something unique.
    """
    terms: list[Term] = []
    joins: list[Keyed] = []
    for key in keys:
        if key.field.kind is FieldKind.ATTRIBUTE:
            terms += _attribute_terms(key, searched)
            continue
        keyed = searched.keyed(key.field)
        if keyed is not None:
            joins.append(keyed)
            terms += _keyed_terms(keyed, descending=key.descending)
    return Ordering([*terms, *last], joins)


def _attribute_terms(key: OrderKey, searched: Searched) -> list[Term]:
    column = searched.attributes[key.field.key]
    term = Term(column, key.descending)
    if key.field.key not in searched.optional:
        return [term]
    return [Term(case((column.is_(None), _MISSING), else_=_FOUND)), term]


def _keyed_terms(keyed: Keyed, *, descending: bool) -> list[Term]:
    if keyed.special is None:
        missing = case((keyed.value.is_(None), _MISSING), else_=_FOUND)
        return [Term(missing), Term(keyed.value, descending)]
    special = keyed.special
    rank = case((special.is_(None), _MISSING), (special == NAN, _NOT_A_NUMBER), else_=_FOUND)
    return [Term(rank), Term(special, descending), Term(keyed.value, descending)]


def fetch_page(
    connection: Connection, query: Select[Any], order: Ordering, *, listing: str, size: int, token: str | None
) -> tuple[Sequence[Row[Any]], str | None]:
    """Read one page.

    Args:
        query: whatever its columns are; the order's values are put behind them.
        listing: the name that its tokens bear, from `paging.listing_name`.
        size: how many rows at most, 1 or more.

    Returns:
        The rows, and the next page's token or None.
    """
    if size < 1:
        raise InvalidInputError(f"Invalid value {size} for parameter 'max_results' supplied. It must be at least 1")
    if token:
        query = query.where(*_behind(order.terms, decode_token(listing, token, len(order.terms))))
    columns = [term.column.desc() if term.descending else term.column.asc() for term in order.terms]
    marks = [term.column.label(f"mark_{number}") for number, term in enumerate(order.terms)]
    rows = connection.execute(query.add_columns(*marks).order_by(*columns).limit(size + 1)).all()
    if len(rows) <= size:
        return rows, None
    return rows[:size], encode_token(listing, rows[size - 1][-len(marks) :])


def _behind(terms: Sequence[Term], place: Sequence[Value]) -> list[ColumnElement[bool]]:
    # (a, b, c) behind (x, y, z), each in its own direction: a>x, or a=x and (b>y, or b=y and c>z).
    behind: ColumnElement[bool] = false()
    for term, value in zip(reversed(terms), reversed(place), strict=True):
        behind = or_(_beyond(term, value), and_(_equal(term, value), behind))
    # Implied, but in words that an index understands.
    first, value = terms[0], place[0]
    if value is None:
        return [behind]
    bound = literal(value)
    return [first.column <= bound if first.descending else first.column >= bound, behind]


def _beyond(term: Term, value: Value) -> ColumnElement[bool]:
    if value is None:
        return false()
    return term.column < literal(value) if term.descending else term.column > literal(value)


def _equal(term: Term, value: Value) -> ColumnElement[bool]:
    return term.column.is_(None) if value is None else term.column == literal(value)

"""Orders and pages. In: order keys and where fields are found. Out: a page of rows, and the token of the next.

Things that lack a key come last in both directions, NaN before them. The order always ends with something unique, so
that the last row of a page marks one place.

An order by a metric is read in three phases: things with a number, with NaN, and without the metric. Each is sorted in
words that an index has, so that a page costs the same however many things there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, case, false, literal, or_, tuple_

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.search import FieldKind, OrderKey
from mlplat_cli.store.filters import Keyed, Searched
from mlplat_cli.store.numbers import NAN
from mlplat_cli.store.paging import Value, check_size, decode_token, encode_token

_FOUND, _NOT_A_NUMBER, _MISSING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that rows are sorted by; where it is optional, some rows have NULL."""

    column: ColumnElement[Any]
    descending: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of an order; all its rows come before those of the next part.

    Args:
        fixed: the values of the first terms, which all its rows share.
        conditions: which rows it has. terms: what they are sorted by, after the fixed ones.
    """

    terms: Sequence[Term]
    fixed: Sequence[Value] = ()
    conditions: Sequence[ColumnElement[bool]] = ()


@dataclass(frozen=True, slots=True)
class Ordering:
    """A whole order: its phases, and what has to be joined for them.

    With more than one phase, the first fixed value is the phase's number.

    Args:
        terms: of the whole order, where it has more than one phase.
    """

    phases: Sequence[Phase]
    joins: Sequence[Keyed] = ()
    terms: Sequence[Term] = ()

    @property
    def length(self) -> int:
        """Say how many values mark a place."""
        return len(self.phases[0].fixed) + len(self.phases[0].terms)

    def in_one_phase(self) -> Ordering:
        """Return the same order as one question, which is quicker where few rows are found; its tokens are the same."""
        return replace(self, phases=[Phase(self.terms)], terms=()) if self.terms else self

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
            terms += _keyed_terms(keyed, descending=key.descending)
            joins.append(keyed)
    terms += last
    if joins and joins[0].special is not None and joins[0].indexed and terms[1].column is joins[0].special:
        return Ordering(_metric_phases(terms, joins[0].special), joins, terms)
    return Ordering([Phase(terms)], joins)


def _metric_phases(terms: Sequence[Term], special: ColumnElement[int]) -> list[Phase]:
    # terms: rank, special, value, and the rest
    return [
        Phase([*(replace(term, optional=False) for term in terms[1:3]), *terms[3:]], (_FOUND,), [special < NAN]),
        Phase(terms[3:], (_NOT_A_NUMBER, NAN, 0.0), [special == NAN]),
        Phase(terms[3:], (_MISSING, None, None), [special.is_(None)]),
    ]


def _attribute_terms(key: OrderKey, searched: Searched) -> list[Term]:
    column = searched.attributes[key.field.key]
    term = Term(column, key.descending)
    if key.field.key not in searched.optional:
        return [term]
    return [Term(case((column.is_(None), _MISSING), else_=_FOUND)), replace(term, optional=True)]


def _keyed_terms(keyed: Keyed, *, descending: bool) -> list[Term]:
    if keyed.special is None:
        missing = case((keyed.value.is_(None), _MISSING), else_=_FOUND)
        return [Term(missing), Term(keyed.value, descending, optional=True)]
    special = keyed.special
    rank = case((special.is_(None), _MISSING), (special == NAN, _NOT_A_NUMBER), else_=_FOUND)
    return [Term(rank), Term(special, descending, optional=True), Term(keyed.value, descending, optional=True)]


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
    check_size(size)
    place = decode_token(listing, token, order.length) if token else None
    found: list[tuple[Phase, Row[Any]]] = []
    for phase in order.phases[_phase_of(place, order) :]:
        part = query.where(*phase.conditions)
        if place is not None:
            part = part.where(*_behind(phase.terms, place[len(phase.fixed) :]))
            place = None
        found += [(phase, row) for row in connection.execute(_sorted(part, phase.terms, size + 1 - len(found)))]
        if len(found) > size:
            break
    rows = [row for _, row in found[:size]]
    if len(found) <= size:
        return rows, None
    phase, last = found[size - 1]
    return rows, encode_token(listing, [*phase.fixed, *last[-len(phase.terms) :]])


def _phase_of(place: Sequence[Value] | None, order: Ordering) -> int:
    if place is None or len(order.phases) == 1:
        return 0
    if place[0] not in range(len(order.phases)):
        raise InvalidInputError("Invalid page token")
    return int(place[0] or 0)


def _sorted(query: Select[Any], terms: Sequence[Term], limit: int) -> Select[Any]:
    columns = [term.column.desc() if term.descending else term.column.asc() for term in terms]
    marks = [term.column.label(f"mark_{number}") for number, term in enumerate(terms)]
    return query.add_columns(*marks).order_by(*columns).limit(limit)


def _behind(terms: Sequence[Term], place: Sequence[Value]) -> list[ColumnElement[bool]]:
    # (a, b, c) behind (x, y, z), each in its own direction: a>x, or a=x and (b>y, or b=y and c>z).
    behind: ColumnElement[bool] = false()
    for term, value in zip(reversed(terms), reversed(place), strict=True):
        behind = or_(_beyond(term, value), and_(_equal(term, value), behind))
    return [*_bound(terms, place), behind]


def _bound(terms: Sequence[Term], place: Sequence[Value]) -> list[ColumnElement[bool]]:
    # Implied by the exact condition, but in words that an index understands: (a, b) >= (x, y). Not with a column that
    # may be NULL: MariaDB gives such a comparison up even where an earlier column decides it.
    direction = terms[0].descending
    leading = list(
        takewhile(
            lambda pair: pair[0].descending == direction and pair[1] is not None and not pair[0].optional,
            zip(terms, place, strict=True),
        )
    )
    if not leading:
        return []
    columns = tuple_(*(term.column for term, _ in leading))
    values = tuple_(*(literal(value) for _, value in leading))
    return [columns <= values if direction else columns >= values]


def _beyond(term: Term, value: Value) -> ColumnElement[bool]:
    if value is None:
        return false()
    return term.column < literal(value) if term.descending else term.column > literal(value)


def _equal(term: Term, value: Value) -> ColumnElement[bool]:
    return term.column.is_(None) if value is None else term.column == literal(value)

"""Syntax trees to SQL conditions. In: a tree and where its fields are found. Out: a condition that is never NULL."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from mlplat_cli.search import (
    And,
    Comparison,
    Entity,
    Expression,
    Field,
    FieldKind,
    IsMissing,
    Membership,
    Not,
    Operator,
    Or,
    Value,
)
from mlplat_cli.store.dialect_texts import matches_regex
from mlplat_cli.store.dialects import among, matches
from mlplat_cli.store.numbers import NAN
from mlplat_cli.store.tables import VALUE_HEAD, value_head


@dataclass(frozen=True, slots=True)
class Keyed:
    """Where the values of one key are found.

    Args:
        source: a table or subquery. owner: its column that says whose the value is.
        thing: the column that `owner` equals, of the thing that is searched.
        value: the value's column. special: the column beside it, of metrics.
        of_key: picks the key's rows. indexed: whether they can be found by key and value (its head, of a text).
    """

    source: FromClause
    owner: ColumnElement[Any]
    thing: ColumnElement[Any]
    value: ColumnElement[Any]
    special: ColumnElement[int] | None = None
    of_key: ColumnElement[bool] | None = None
    indexed: bool = False

    @property
    def link(self) -> ColumnElement[bool]:
        """The condition of a join with the thing that is searched."""
        same = self.owner == self.thing
        return same if self.of_key is None else and_(same, self.of_key)


@dataclass(frozen=True, slots=True)
class Searched:
    """Where the fields of an entity are found.

    Args:
        attributes: the columns of attributes.
        keyed: finds the values of a field that is no attribute; None when nothing has that key.
        optional: attributes that may be NULL.
        connection: where given, the database is asked which clauses few things fulfil.
        own: compiles those parts of a tree that are the entity's own affair; None for all others.
    """

    entity: Entity
    attributes: Mapping[str, ColumnElement[Any]]
    keyed: Callable[[Field], Keyed | None]
    optional: frozenset[str] = frozenset()
    connection: Connection | None = None
    own: Callable[[Expression, Searched], ColumnElement[bool] | None] | None = None


def condition(tree: Expression | None, searched: Searched) -> Sequence[ColumnElement[bool]]:
    """Compile a filter to conditions that must all hold."""
    return [] if tree is None else [compiled(tree, searched)]


def compiled(tree: Expression, searched: Searched) -> ColumnElement[bool]:
    """Compile a filter, or a part of one."""
    own = searched.own and searched.own(tree, searched)
    if own is not None:
        return own
    match tree:
        case And(parts):
            return and_(*(compiled(part, searched) for part in parts))
        case Or(parts):
            return or_(*(compiled(part, searched) for part in parts))
        case Not(part):
            return not_(compiled(part, searched))
        case IsMissing(field, negated):
            present = _present(field, searched)
            return present if negated else not_(present)
        case Comparison() | Membership():
            return _comparison(tree, searched)


def _present(field: Field, searched: Searched) -> ColumnElement[bool]:
    if field.kind is FieldKind.ATTRIBUTE:
        return searched.attributes[field.key].is_not(None)
    keyed = searched.keyed(field)
    return false() if keyed is None else exists().select_from(keyed.source).where(keyed.link)


def _comparison(tree: Comparison | Membership, searched: Searched) -> ColumnElement[bool]:
    field = tree.field
    if field.kind is FieldKind.ATTRIBUTE:
        column = searched.attributes[field.key]
        test = value_test(_spelled_out(tree, searched.entity), column)
        return and_(column.is_not(None), test) if field.key in searched.optional else test
    keyed = searched.keyed(field)
    if keyed is None:
        return false()
    if keyed.special is not None:
        test = _number_test(tree, keyed.special, keyed.value)
    else:
        test = indexed_test(tree, keyed.value) if keyed.indexed else value_test(tree, keyed.value)
    if keyed.of_key is not None and keyed.indexed and searched.connection is not None and _is_narrow(tree):
        those = select(keyed.owner).select_from(keyed.source).where(keyed.of_key)
        head = None if keyed.special is not None else head_test(tree, keyed.value)
        # By its head alone: an index counts that without a look at the values.
        if is_rare(searched.connection, those.where(test if head is None else head)):
            return keyed.thing.in_(those.where(test))
    return exists().select_from(keyed.source).where(keyed.link, test)


def _is_narrow(tree: Comparison | Membership) -> bool:
    # What an index can answer; the rest would read all values of the key to count a few.
    if isinstance(tree, Membership):
        return not tree.negated
    return tree.operator in _RANGES


def is_rare(connection: Connection, those: Select[Any]) -> bool:
    """Ask whether few rows are found: then by themselves, faster than by looking at every thing.

    Many are met soon enough when things are looked at one by one.
    """
    few = select(func.count()).select_from(those.limit(_FEW + 1).subquery())
    return connection.execute(few).scalar_one() <= _FEW


_FEW = 2000
_RANGES = (Operator.EQUAL, Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST)


def _spelled_out(tree: Comparison | Membership, entity: Entity) -> Comparison | Membership:
    prefix = entity.names[tree.field.key].prefix
    if not prefix:
        return tree

    def whole(value: Value) -> Value:
        return value if str(value).startswith(prefix) else f"{prefix}{value}"

    if isinstance(tree, Membership):
        return Membership(tree.field, tuple(whole(value) for value in tree.values), tree.negated)
    if tree.operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        return Comparison(tree.field, tree.operator, whole(tree.value))
    return tree


def value_test(tree: Comparison | Membership, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Compile what a comparison says of a column; NULL where the column is."""
    if isinstance(tree, Membership):
        member = among(column, tree.values)  # type: ignore[arg-type] # the parser gave values of one type
        return not_(member) if tree.negated else member
    match tree.operator:
        case Operator.LIKE | Operator.ILIKE:
            return matches(column, str(tree.value), any_case=tree.operator is Operator.ILIKE)
        case Operator.NOT_LIKE | Operator.NOT_ILIKE:
            return not_(matches(column, str(tree.value), any_case=tree.operator is Operator.NOT_ILIKE))
        case Operator.RLIKE:
            return matches_regex(column, str(tree.value))
        case Operator.NOT_RLIKE:
            return not_(matches_regex(column, str(tree.value)))
        case _:
            # literal(): a float stays a float when it is compared with a column of integers.
            return _COMPARISONS[tree.operator](column, literal(tree.value))


_COMPARISONS: Mapping[Operator, Callable[[Any, Any], ColumnElement[bool]]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def head_test(tree: Comparison | Membership, column: ColumnElement[Any]) -> ColumnElement[bool] | None:
    """Compile what a comparison says of the indexed head of a column; None when that is nothing."""
    if isinstance(tree, Comparison):
        return value_head(column) == str(tree.value)[:VALUE_HEAD] if tree.operator is Operator.EQUAL else None
    return None if tree.negated else among(value_head(column), [str(value)[:VALUE_HEAD] for value in tree.values])


def indexed_test(tree: Comparison | Membership, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Compile the same of a column whose head is indexed: the test itself, and in the index's words."""
    head = head_test(tree, column)
    if isinstance(tree, Comparison) and tree.operator is Operator.EQUAL:
        value = str(tree.value)
        # Not `column = value`: SQLite would put the value in place of the column in the other test, too.
        test: ColumnElement[bool] = column.between(value, value)
    else:
        test = value_test(tree, column)
    return test if head is None else and_(head, test)


def _number_test(
    tree: Comparison | Membership, special: ColumnElement[int], value: ColumnElement[Any]
) -> ColumnElement[bool]:
    if isinstance(tree, Membership):
        member = and_(special == 0, among(value, tree.values))  # type: ignore[arg-type] # the parser gave numbers
        return not_(member) if tree.negated else member
    if tree.operator is Operator.NOT_EQUAL:
        return or_(special != 0, value != literal(tree.value))
    # As a pair, which an index holds together; NaN is neither less nor greater than anything.
    pair = _COMPARISONS[tree.operator](tuple_(special, value), tuple_(literal(0), literal(tree.value)))
    return and_(special < NAN, pair)

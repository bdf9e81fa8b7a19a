"""Syntax trees to SQL conditions. In: a tree and where its fields are found. Out: a condition that is never NULL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, func, literal, not_, or_

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
from mlplat_cli.store.dialects import among, matches
from mlplat_cli.store.numbers import NAN
from mlplat_cli.store.tables import VALUE_HEAD


@dataclass(frozen=True, slots=True)
class Keyed:
    """Where the values of one key are found.

    Args:
        source: a table or subquery. link: ties its rows to the thing that is searched, and to the key.
        value: the value's column. special: the column beside it, of metrics.
        indexed: whether the head of the value is indexed.
    """

    source: FromClause
    link: ColumnElement[bool]
    value: ColumnElement[Any]
    special: ColumnElement[int] | None = None
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """Where the fields of an entity are found.

    Args:
        attributes: the columns of attributes.
        keyed: finds the values of a field that is no attribute; None when nothing has that key.
        optional: attributes that may be NULL.
    """

    entity: Entity
    attributes: Mapping[str, ColumnElement[Any]]
    keyed: Callable[[Field], Keyed | None]
    optional: frozenset[str] = frozenset()


def condition(tree: Expression | None, searched: Searched) -> Sequence[ColumnElement[bool]]:
    """Compile a filter to conditions that must all hold."""
    return [] if tree is None else [_compile(tree, searched)]


def _compile(tree: Expression, searched: Searched) -> ColumnElement[bool]:
    match tree:
        case And(parts):
            return and_(*(_compile(part, searched) for part in parts))
        case Or(parts):
            return or_(*(_compile(part, searched) for part in parts))
        case Not(part):
            return not_(_compile(part, searched))
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
        test = _test(_spelled_out(tree, searched.entity), column)
        return and_(column.is_not(None), test) if field.key in searched.optional else test
    keyed = searched.keyed(field)
    if keyed is None:
        return false()
    if keyed.special is not None:
        test = _number_test(tree, keyed.special, keyed.value)
    else:
        test = _test(tree, keyed.value)
        if keyed.indexed:
            test = and_(*_head_test(tree, keyed.value), test)
    return exists().select_from(keyed.source).where(keyed.link, test)


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


def _test(tree: Comparison | Membership, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if isinstance(tree, Membership):
        member = among(column, tree.values)  # type: ignore[arg-type] # the parser gave values of one type
        return not_(member) if tree.negated else member
    return _OPERATIONS[tree.operator](column, tree.value)


_OPERATIONS: Mapping[Operator, Callable[[ColumnElement[Any], Value], ColumnElement[bool]]] = {
    # literal(): a float stays a float when it is compared with a column of integers.
    Operator.EQUAL: lambda column, value: column == literal(value),
    Operator.NOT_EQUAL: lambda column, value: column != literal(value),
    Operator.LESS: lambda column, value: column < literal(value),
    Operator.AT_MOST: lambda column, value: column <= literal(value),
    Operator.GREATER: lambda column, value: column > literal(value),
    Operator.AT_LEAST: lambda column, value: column >= literal(value),
    Operator.LIKE: lambda column, value: matches(column, str(value), any_case=False),
    Operator.NOT_LIKE: lambda column, value: not_(matches(column, str(value), any_case=False)),
    Operator.ILIKE: lambda column, value: matches(column, str(value), any_case=True),
    Operator.NOT_ILIKE: lambda column, value: not_(matches(column, str(value), any_case=True)),
}


def _head_test(tree: Comparison | Membership, column: ColumnElement[Any]) -> Sequence[ColumnElement[bool]]:
    # Says less than the test itself, in words that an index has.
    head = func.substr(column, 1, VALUE_HEAD)
    if isinstance(tree, Comparison) and tree.operator is Operator.EQUAL:
        return [head == str(tree.value)[:VALUE_HEAD]]
    if isinstance(tree, Membership) and not tree.negated:
        return [among(head, [str(value)[:VALUE_HEAD] for value in tree.values])]
    return []


def _number_test(
    tree: Comparison | Membership, special: ColumnElement[int], value: ColumnElement[Any]
) -> ColumnElement[bool]:
    if isinstance(tree, Membership):
        member = and_(special == 0, among(value, tree.values))  # type: ignore[arg-type] # the parser gave numbers
        return not_(member) if tree.negated else member
    finite = and_(special == 0, _OPERATIONS[tree.operator](value, tree.value))
    match tree.operator:
        case Operator.NOT_EQUAL:
            return or_(special != 0, finite)
        case Operator.LESS | Operator.AT_MOST:
            return or_(special < 0, finite)
        case Operator.GREATER | Operator.AT_LEAST:
            return or_(and_(special > 0, special != NAN), finite)
        case _:
            return finite

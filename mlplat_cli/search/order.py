"""Orders of searches. In: texts like `metrics.loss DESC`. Out: fields with directions; FilterError for what is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlplat_cli.errors import FilterError
from mlplat_cli.search.fields import Entity
from mlplat_cli.search.lexer import TokenKind, tokenize
from mlplat_cli.search.naming import is_keyword, resolve
from mlplat_cli.search.parser import check_encodable
from mlplat_cli.search.tree import Field, FieldKind


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order; things that lack it come last in both directions."""

    field: Field
    descending: bool = False


def parse_order(clauses: Sequence[str], entity: Entity) -> tuple[OrderKey, ...]:
    """Parse `<field> [ASC|DESC]` clauses, the first one deciding first.

    Raises:
        FilterError: one does not parse, names a field that gives no order, or repeats an earlier one.
    """
    keys: list[OrderKey] = []
    for clause in clauses:
        key = _parse_clause(clause, entity)
        if any(key.field == earlier.field for earlier in keys):
            raise FilterError(f"`order_by` contains duplicate fields: '{key.field.key}'.", text=clause, position=0)
        keys.append(key)
    return tuple(keys)


def _parse_clause(clause: str, entity: Entity) -> OrderKey:
    try:
        check_encodable(clause)
        tokens = tokenize(clause)
        field = resolve(tokens[0], entity, clause)
    except FilterError as error:
        message = error.message.replace("Invalid filter", f"Invalid order_by clause '{clause}'", 1)
        raise FilterError(message, text=clause, position=error.position, hint=error.hint) from None
    check_orderable(field, entity, clause)
    descending = is_keyword(tokens[1], "DESC")
    at = 2 if descending or is_keyword(tokens[1], "ASC") else 1
    if tokens[at].kind is not TokenKind.END:
        raise FilterError(
            f"Invalid order_by clause '{clause}' at position {tokens[at].position}: "
            f"expected {'the end' if at > 1 else 'ASC, DESC or the end'}, found {tokens[at]}.",
            text=clause,
            position=tokens[at].position,
        )
    return OrderKey(field, descending)


def check_orderable(field: Field, entity: Entity, clause: str) -> None:
    """Refuse a field that gives no order; FilterError."""
    if field.kind is FieldKind.ATTRIBUTE:
        attributes = [attribute.name for attribute in entity.attributes if attribute.in_order]
        if field.key not in attributes:
            message = f"Invalid order by key '{field.key}' specified. Valid keys are {attributes}"
            raise FilterError(message, text=clause, position=0)
    elif field.kind not in entity.ordered_by:
        raise FilterError(f"Invalid order_by entity: {field.kind}", text=clause, position=0)

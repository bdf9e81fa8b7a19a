"""Trees to text and trees at random, for the tests of the parser and of the stores."""

from __future__ import annotations

from hypothesis import strategies as st

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
    ValueType,
)
from mlplat_cli.search.fields import DATASET_KEYS, PREFIXES

NUMERIC = [
    Operator.EQUAL,
    Operator.NOT_EQUAL,
    Operator.LESS,
    Operator.AT_MOST,
    Operator.GREATER,
    Operator.AT_LEAST,
]
TEXTUAL = [
    Operator.EQUAL,
    Operator.NOT_EQUAL,
    Operator.LIKE,
    Operator.NOT_LIKE,
    Operator.ILIKE,
    Operator.NOT_ILIKE,
]


def render(tree: Expression) -> str:
    match tree:
        case And(parts):
            return " AND ".join(_grouped(part) for part in parts)
        case Or(parts):
            return " OR ".join(_grouped(part) for part in parts)
        case Not(part):
            return f"NOT {_grouped(part)}"
        case Comparison(field, operator, value):
            return f"{render_field(field)} {operator} {_literal(value)}"
        case Membership(field, values, negated):
            listed = ", ".join(_literal(value) for value in values)
            return f"{render_field(field)} {'NOT ' if negated else ''}IN ({listed})"
        case IsMissing(field, negated):
            return f"{render_field(field)} IS {'NOT ' if negated else ''}NULL"


def render_field(field: Field) -> str:
    quoted = field.key.replace("`", "``")
    return f"{PREFIXES[field.kind][0]}.`{quoted}`"


def _grouped(tree: Expression) -> str:
    return f"({render(tree)})" if isinstance(tree, And | Or) else render(tree)


def _literal(value: Value) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def trees(
    entity: Entity,
    *,
    keys: st.SearchStrategy[str],
    texts: st.SearchStrategy[str],
    numbers: st.SearchStrategy[int] | st.SearchStrategy[float],
    patterns: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Expression]:
    """Any tree that the entity allows."""
    attributes = st.sampled_from([Field(FieldKind.ATTRIBUTE, each.name) for each in entity.attributes])
    kinds = [kind for kind in entity.collections if kind is not FieldKind.DATASET]
    keyed = st.builds(Field, st.sampled_from(kinds), keys)
    fields = attributes | keyed
    if FieldKind.DATASET in entity.collections:
        fields |= st.sampled_from([Field(FieldKind.DATASET, key) for key in DATASET_KEYS])

    def comparisons(field: Field) -> st.SearchStrategy[Expression]:
        numeric = entity.value_type(field.kind, field.key) is ValueType.NUMBER
        values = numbers if numeric else texts
        compared: st.SearchStrategy[Expression]
        if numeric:
            compared = st.builds(Comparison, st.just(field), st.sampled_from(NUMERIC), values)
        else:
            compared = st.builds(Comparison, st.just(field), st.sampled_from(TEXTUAL[:2]), values) | st.builds(
                Comparison, st.just(field), st.sampled_from(TEXTUAL[2:]), texts if patterns is None else patterns
            )
        member = st.builds(
            Membership, st.just(field), st.lists(values, min_size=1, max_size=3).map(tuple), st.booleans()
        )
        return compared | member | st.builds(IsMissing, st.just(field), st.booleans())

    def combined(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, parts)

    return st.recursive(fields.flatmap(comparisons), combined, max_leaves=6)

"""What filters ask of traces alone. In: parts of a syntax tree. Out: SQL conditions that are never NULL.

Comparisons of spans that stand in one AND speak of one and the same span, as in `span.name = 'x' AND span.status =
'ERROR'`; in OR, and on different levels of parentheses, each may hold for another span.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, exists, not_, or_, select

from mlplat_cli.search import (
    And,
    Comparison,
    Expression,
    Field,
    FieldKind,
    IsMissing,
    Membership,
    Operator,
    Value,
)
from mlplat_cli.store.assessment_rows import compared
from mlplat_cli.store.dialect_texts import json_member, matches_regex
from mlplat_cli.store.dialects import matches
from mlplat_cli.store.filters import Searched, compiled, indexed_test, is_rare, value_test
from mlplat_cli.store.trace_rows import TRACE_NAME
from mlplat_cli.store.trace_tables import assessments, spans, trace_prompts, trace_runs, traces

_Test = Comparison | Membership
_LINKS = {"run_id": trace_runs.c.run_id, "prompt": trace_prompts.c.prompt}
_OPPOSITES = {
    Operator.NOT_LIKE: Operator.LIKE,
    Operator.NOT_ILIKE: Operator.ILIKE,
    Operator.NOT_RLIKE: Operator.RLIKE,
}
_ATTRIBUTES = "attributes."


def located(field: Field) -> Field:
    """Say where a field is kept: a trace's name is a tag of it."""
    return Field(FieldKind.TAG, TRACE_NAME) if field == Field(FieldKind.ATTRIBUTE, "name") else field


def trace_condition(tree: Expression, searched: Searched) -> ColumnElement[bool] | None:
    """Compile what only traces are asked; None for what every entity is."""
    if isinstance(tree, And):
        return _all(tree.parts, searched)
    if not isinstance(tree, Comparison | Membership | IsMissing):
        return None
    field = tree.field
    if located(field) != field:
        return compiled(_moved(tree, located(field)), searched)
    match field.kind:
        case FieldKind.SPAN:
            return _span_missing(tree) if isinstance(tree, IsMissing) else _some_span([tree], searched)
        case FieldKind.FEEDBACK | FieldKind.EXPECTATION:
            return _assessed(tree)
        case FieldKind.ATTRIBUTE if field.key == "text" and isinstance(tree, Comparison):
            return _says(tree)
        case FieldKind.ATTRIBUTE if field.key in _LINKS:
            return _linked(tree)
        case _:
            return None


def _moved(tree: _Test | IsMissing, field: Field) -> Expression:
    match tree:
        case Comparison(_, operator, value):
            return Comparison(field, operator, value)
        case Membership(_, values, negated):
            return Membership(field, values, negated)
        case IsMissing(_, negated):
            return IsMissing(field, negated)


def _all(parts: Sequence[Expression], searched: Searched) -> ColumnElement[bool] | None:
    of_spans = [
        part for part in parts if isinstance(part, Comparison | Membership) and part.field.kind is FieldKind.SPAN
    ]
    if len(of_spans) < 2:  # noqa: PLR2004 - one alone is nothing special
        return None
    rest = [compiled(part, searched) for part in parts if part not in of_spans]
    return and_(_some_span(of_spans, searched), *rest)


def _some_span(tests: Sequence[_Test], searched: Searched) -> ColumnElement[bool]:
    span = spans.alias()
    conditions = [_span_test(test, span) for test in tests]
    if searched.connection is not None and any(_is_narrow(test) for test in tests):
        those: Select[Any] = select(span.c.trace).where(*conditions)
        if is_rare(searched.connection, those):
            return traces.c.id.in_(those)
    return exists().select_from(span).where(span.c.trace == traces.c.id, *conditions)


def _is_narrow(test: _Test) -> bool:
    if test.field.key not in ("name", "type", "status"):
        return False
    return not test.negated if isinstance(test, Membership) else test.operator is Operator.EQUAL


def _span_test(test: _Test, span: FromClause) -> ColumnElement[bool]:
    key = test.field.key
    if key == "content":
        assert isinstance(test, Comparison)
        return _contains(test, span)
    if key.startswith(_ATTRIBUTES):
        return _attribute_test(test, span)
    column = span.c[key]
    if key == "name":
        return indexed_test(test, column)
    return value_test(test, column)


def _attribute_test(test: _Test, span: FromClause) -> ColumnElement[bool]:
    value = json_member(span.c.attributes, test.field.key.removeprefix(_ATTRIBUTES))
    return and_(value.is_not(None), value_test(_unquoted(test), value))


def _unquoted(test: _Test) -> _Test:
    # Quotes around a value are no part of it: clients that write JSON and those that do not mean the same.
    def bare(value: Value) -> Value:
        return str(value).strip('"') or value

    if isinstance(test, Membership):
        return Membership(test.field, tuple(bare(value) for value in test.values), test.negated)
    if test.operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        return Comparison(test.field, test.operator, bare(test.value))
    return test


def _span_missing(tree: IsMissing) -> ColumnElement[bool]:
    span = spans.alias()
    conditions = [span.c.trace == traces.c.id]
    if tree.field.key.startswith(_ATTRIBUTES):
        conditions.append(json_member(span.c.attributes, tree.field.key.removeprefix(_ATTRIBUTES)).is_not(None))
    present = exists().select_from(span).where(*conditions)
    return present if tree.negated else not_(present)


def _says(tree: Comparison) -> ColumnElement[bool]:
    span = spans.alias()
    positive = Comparison(tree.field, _OPPOSITES.get(tree.operator, tree.operator), tree.value)
    said = exists().select_from(span).where(span.c.trace == traces.c.id, _contains(positive, span))
    return said if positive == tree else not_(said)


def _contains(test: Comparison, span: FromClause) -> ColumnElement[bool]:
    positive = _OPPOSITES.get(test.operator, test.operator)
    found = or_(
        *(
            _pattern_test(positive, column, pattern)
            for column, pattern in [
                (span.c.name, str(test.value)),
                *((span.c.attributes, each) for each in _as_in_json(test)),
                *((span.c.content, each) for each in _as_in_json(test)),
            ]
        )
    )
    return found if positive is test.operator else not_(found)


def _pattern_test(operator: Operator, column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    if operator is Operator.RLIKE:
        return matches_regex(column, pattern)
    return matches(column, pattern, any_case=operator is Operator.ILIKE)


def _as_in_json(test: Comparison) -> list[str]:
    # As it stands in an attribute that is no text, in one that is, and in one whose text is JSON.
    plain = str(test.value)
    if test.operator in (Operator.RLIKE, Operator.NOT_RLIKE):
        return [plain]
    once = json.dumps(plain, ensure_ascii=False)[1:-1]
    twice = json.dumps(once, ensure_ascii=False)[1:-1]
    return list(dict.fromkeys([plain, once, twice]))


def _linked(tree: _Test | IsMissing) -> ColumnElement[bool]:
    table: Table = _LINKS[tree.field.key].table
    link = table.alias()
    conditions = [link.c.trace == traces.c.id]
    if not isinstance(tree, IsMissing):
        conditions.append(value_test(tree, link.c[_LINKS[tree.field.key].name]))
    found = exists().select_from(link).where(*conditions)
    return not_(found) if isinstance(tree, IsMissing) and not tree.negated else found


def _assessed(tree: _Test | IsMissing) -> ColumnElement[bool]:
    opinion = assessments.alias()
    conditions = [
        opinion.c.trace == traces.c.id,
        opinion.c.name == tree.field.key,
        opinion.c.kind == tree.field.kind.value,
        opinion.c.valid == 1,
    ]
    if not isinstance(tree, IsMissing):
        conditions.append(_opinion_test(tree, opinion))
    found = exists().select_from(opinion).where(*conditions)
    return not_(found) if isinstance(tree, IsMissing) and not tree.negated else found


def _opinion_test(tree: _Test, opinion: FromClause) -> ColumnElement[bool]:
    values = tree.values if isinstance(tree, Membership) else (tree.value,)
    if not all(isinstance(value, str) for value in values):
        return and_(opinion.c.number.is_not(None), value_test(tree, opinion.c.number))
    if isinstance(tree, Comparison) and tree.operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
        return value_test(tree, opinion.c.text)
    # A value may be written as JSON, with quotes, and a number in any of its forms.
    same = or_(*(_same_opinion(str(value), opinion) for value in values))
    negated = tree.negated if isinstance(tree, Membership) else tree.operator is Operator.NOT_EQUAL
    return not_(same) if negated else same


def _same_opinion(value: str, opinion: FromClause) -> ColumnElement[bool]:
    text, number = compared(value)
    if number is None or value in ("true", "false"):
        return opinion.c.text == text
    return or_(opinion.c.text == text, and_(opinion.c.number.is_not(None), opinion.c.number == number))

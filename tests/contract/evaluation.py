"""The naive meaning of filters and orders, to compare stores with: plain Python over whole runs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cmp_to_key

from mlplat_cli.entities import Run
from mlplat_cli.search import (
    And,
    Comparison,
    Expression,
    Field,
    FieldKind,
    IsMissing,
    Membership,
    Not,
    Operator,
    Or,
    OrderKey,
    Value,
)

_TESTS: dict[Operator, Callable[[Value, Value], bool]] = {
    Operator.EQUAL: lambda found, value: found == value,
    Operator.NOT_EQUAL: lambda found, value: found != value,
    Operator.LESS: lambda found, value: found < value,  # type: ignore[operator]
    Operator.AT_MOST: lambda found, value: found <= value,  # type: ignore[operator]
    Operator.GREATER: lambda found, value: found > value,  # type: ignore[operator]
    Operator.AT_LEAST: lambda found, value: found >= value,  # type: ignore[operator]
    Operator.LIKE: lambda found, value: _like(str(found), str(value)),
    Operator.NOT_LIKE: lambda found, value: not _like(str(found), str(value)),
    Operator.ILIKE: lambda found, value: _like(str(found).lower(), str(value).lower()),
    Operator.NOT_ILIKE: lambda found, value: not _like(str(found).lower(), str(value).lower()),
}


def holds(tree: Expression, run: Run) -> bool:
    match tree:
        case And(parts):
            return all(holds(part, run) for part in parts)
        case Or(parts):
            return any(holds(part, run) for part in parts)
        case Not(part):
            return not holds(part, run)
        case IsMissing(field, negated):
            return bool(values(field, run)) == negated
        case Comparison(field, operator, value):
            return any(_TESTS[operator](found, value) for found in values(field, run))
        case Membership(field, members, negated):
            return any((found in members) != negated for found in values(field, run))


def values(field: Field, run: Run) -> list[Value]:
    match field.kind:
        case FieldKind.METRIC:
            return [metric.value for metric in run.data.metrics if metric.key == field.key]
        case FieldKind.PARAM:
            return [param.value for param in run.data.params if param.key == field.key]
        case FieldKind.TAG:
            return [tag.value for tag in run.data.tags if tag.key == field.key]
        case FieldKind.DATASET:
            return _dataset_values(field.key, run)
        case FieldKind.ATTRIBUTE:
            found = getattr(run.info, field.key)
            return [] if found is None else [found]


def in_order(runs: Sequence[Run], keys: Sequence[OrderKey]) -> list[Run]:
    newest_first = sorted(runs, key=lambda run: (-run.info.start_time, run.info.run_id))
    return sorted(newest_first, key=cmp_to_key(lambda one, other: _compare(one, other, keys)))


def _compare(one: Run, other: Run, keys: Sequence[OrderKey]) -> int:
    for key in keys:
        first, second = values(key.field, one), values(key.field, other)
        ranks = _rank(first), _rank(second)
        if ranks[0] != ranks[1]:
            return ranks[0] - ranks[1]
        if ranks[0] == 0 and first[0] != second[0]:
            smaller = first[0] < second[0]  # type: ignore[operator]
            return 1 if smaller == key.descending else -1
    return 0


def _rank(found: Sequence[Value]) -> int:
    if not found:
        return 2
    return 1 if isinstance(found[0], float) and math.isnan(found[0]) else 0


def _dataset_values(key: str, run: Run) -> list[Value]:
    inputs = run.inputs.dataset_inputs
    if key == "context":
        return [tag.value for each in inputs for tag in each.tags if tag.key == "mlflow.data.context"]
    return [getattr(each.dataset, key) for each in inputs]


def _like(text: str, pattern: str) -> bool:
    expression = "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None

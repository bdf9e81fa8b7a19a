"""One column's values, on either side of a comparison. In: a summary, or values. Out: what the statistics need."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mlplat_cli.serving.monitoring.summary import ColumnSummary, Kind

Key = str | float | bool

COUNTED = 1000
"""Numbers with at most so many different values are counted one by one."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of a column.

    Args:
        kind: as in the summary; a text's values are its lengths.
        count, missing: values that are there and that are not; `wrong` are there, but of another type.
        ordered: finite numbers, sorted (numpy); all of them, or as many as `count` says thinned out evenly.
        counts: how often each value is there; empty for numbers with many different ones.
        other: how many values are none of `counts`.
        distinct: how many different values.
    """

    kind: Kind
    count: int
    missing: int
    ordered: Any = None
    counts: dict[Key, int] = field(default_factory=dict)
    other: int = 0
    distinct: int = 0
    wrong: int = 0
    mean: float | None = None
    std: float | None = None
    least: float | None = None
    greatest: float | None = None


def of_summary(summary: ColumnSummary) -> Distribution:
    """Return the distribution that a summary keeps."""
    import numpy

    numbers = summary.length if summary.type == "text" and summary.length else summary
    return Distribution(
        summary.type,
        summary.count,
        summary.missing,
        numpy.array(numbers.sample, dtype="float64"),
        {_key(value): count for value, count in summary.categories or ()},
        summary.other,
        summary.distinct,
        mean=numbers.mean,
        std=numbers.std,
        least=numbers.min,
        greatest=numbers.max,
    )


def of_values(kind: Kind, values: Sequence[Any]) -> Distribution:
    """Return the distribution of values, read as the type that the reference has."""
    if kind in ("number", "time", "text"):
        return _of_numbers(kind, *_numbers(kind, values))
    there = [each for each in values if not _is_missing(each)]
    if kind == "other":
        return Distribution(kind, len(there), len(values) - len(there))
    counted = Counter(there) if _are_plain(there) else Counter(map(str, there))
    by_key: Counter[Key] = Counter()
    for value, count in counted.items():
        by_key[_boolean(value) if kind == "boolean" else str(value)] += count
    return Distribution(kind, len(there), len(values) - len(there), counts=dict(by_key), distinct=len(by_key))


def _of_numbers(kind: Kind, floats: Any, wrong: int) -> Distribution:
    import numpy

    ordered = numpy.sort(floats[numpy.isfinite(floats)])
    missing = int(numpy.isnan(floats).sum()) - wrong
    if not ordered.size:
        return Distribution(kind, 0, missing, ordered, wrong=wrong)
    first = numpy.concatenate(([True], ordered[1:] != ordered[:-1]))
    distinct = int(first.sum())
    return Distribution(
        kind,
        int(ordered.size),
        missing,
        ordered,
        _counts(ordered, first) if kind == "number" and distinct <= COUNTED else {},
        0,
        distinct,
        wrong,
        mean=float(ordered.mean()),
        std=float(ordered.std()),
        least=float(ordered[0]),
        greatest=float(ordered[-1]),
    )


def _key(value: Key) -> Key:
    return value if isinstance(value, str | bool) else float(value)


def _counts(ordered: Any, first: Any) -> dict[Key, int]:
    import numpy

    starts = numpy.flatnonzero(first)
    counts = numpy.diff(numpy.concatenate((starts, [ordered.size]))).tolist()
    return dict(zip(ordered[starts].tolist(), counts, strict=True))


def _numbers(kind: Kind, values: Sequence[Any]) -> tuple[Any, int]:
    """Return values as floats, NaN where there is none, and how many could not be read."""
    import numpy

    if kind == "number":
        try:
            return numpy.array(values, dtype="float64").reshape(-1), 0
        except (ValueError, TypeError, OverflowError):
            pass
    read = {"number": _float, "time": _milliseconds, "text": _length}[kind]
    floats = [math.nan if _is_missing(each) else read(each) for each in values]
    array = numpy.array([math.nan if each is None else each for each in floats], dtype="float64")
    return array, sum(each is None for each in floats)


def _float(value: Any) -> float | None:
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError):
        return None


def _length(value: Any) -> float | None:
    return float(len(value)) if isinstance(value, str) else None


def _milliseconds(value: Any) -> float | None:
    """Return ms since the epoch of ISO text (UTC where it has no zone) or of a number."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return _float(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000
    return _float(value)


def _boolean(value: Any) -> Key:
    text = str(value).lower()
    return {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}.get(text, str(value))


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _are_plain(values: Iterable[Any]) -> bool:
    """Tell whether values can be counted as they are: a Counter takes True and 1 for one."""
    kinds = {type(each) for each in values}
    return kinds <= {str} or kinds <= {bool} or kinds <= {int}

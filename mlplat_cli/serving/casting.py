"""Values of a JSON body as a column's type has them. In: values of any kind. Out: values that fit, or what does not.

What MLflow's scoring server takes is taken, as long as no value changes by it: a text that is a number, 1 for true.
What it would change in silence (1.5 cut to 1, a number too great that wraps around, a missing truth that becomes false)
is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.columns import Column

_LIMITS = {"long": 2**63, "integer": 2**31}
_LARGEST_FLOAT = 3.4028235677973366e38
_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


class CastError(ValueError):
    """A value that is not of its column's type; the message goes on after the column and the row."""


def cast_column(column: Column, values: Sequence[Any]) -> list[Any]:
    """Return values as the column's type has them.

    Raises:
        InvalidInputError: names the column and the row (the first is row 0) of the first that is not of this type.
    """
    cast = _CASTS[column.type]
    found = []
    for value in values:
        try:
            found.append(cast(value, column))
        except CastError as error:
            raise InvalidInputError(f"column {column.name!r}, row {len(found)}: {error}") from None
    return found


def _double(value: Any, column: Column) -> float:
    match value:
        case None:
            return float("nan")
        case bool() | int() | float():
            pass
        case str():
            value = _number(value, column)
        case _:
            raise _wrong(value, column)
    try:
        return float(value)
    except OverflowError:
        raise CastError(f"the number does not fit into {_named(column)}") from None


def _float(value: Any, column: Column) -> float:
    number = _double(value, column)
    if number in (float("inf"), float("-inf")) or abs(number) < _LARGEST_FLOAT or number != number:  # noqa: PLR0124
        return number
    raise CastError(f"the number does not fit into {_named(column)}")


def _integer(value: Any, column: Column) -> int:
    if isinstance(value, str):
        value = _number(value, column)
    if value is None:
        raise CastError(f"there is no value, and {_named(column)} cannot be missing")
    if not isinstance(value, int | float):
        raise _wrong(value, column)
    if isinstance(value, float) and not value.is_integer():
        raise CastError(f"a number with a fraction is not {_named(column)}")
    limit = _LIMITS[column.type]
    if not -limit <= value < limit:
        raise CastError(f"the number does not fit into {_named(column)}")
    return int(value)


def _boolean(value: Any, column: Column) -> bool:
    if value is None:
        raise CastError(f"there is no value, and {_named(column)} cannot be missing")
    if isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    if isinstance(value, bool) or (isinstance(value, int | float) and value in (0, 1)):
        return bool(value)
    raise _wrong(value, column)


def _datetime(value: Any, column: Column) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _wrong(value, column)


def _any(value: Any, _column: Column) -> Any:
    return value


def _number(text: str, column: Column) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise _wrong(text, column) from None


def _wrong(value: Any, column: Column) -> CastError:
    return CastError(f"{_KINDS.get(type(value), 'a value')} is not {_named(column)}")


def _named(column: Column) -> str:
    return f"an {column.type}" if column.type == "integer" else f"a {column.type}"


_KINDS = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}

_CASTS: dict[str, Callable[[Any, Column], Any]] = {
    "double": _double,
    "float": _float,
    "long": _integer,
    "integer": _integer,
    "boolean": _boolean,
    "string": _any,
    "datetime": _datetime,
}

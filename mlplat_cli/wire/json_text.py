"""JSON inside JSON. In: a parameter that is a text of JSON. Out: what it says, or InvalidInputError that names it."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from mlplat_cli.errors import InvalidInputError

T = TypeVar("T")


def read(name: str, text: str, kind: type[T]) -> T:
    """Read a text as a value of a type; `name` is the parameter's."""
    return shaped(name, parse(name, text), kind)


def shaped(name: str, value: object, kind: type[T]) -> T:
    """Give a parsed value a type."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"invalid value for parameter '{name}': {error}") from None


def parse(name: str, text: str) -> Any:
    """Read a text as any value; NaN and Infinity are numbers."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            f"invalid value for parameter '{name}': it is not JSON: {error.msg} "
            f"(line {error.lineno}, column {error.colno})"
        ) from None
    except ValueError:
        raise InvalidInputError(f"invalid value for parameter '{name}': it holds a number that is too long") from None
    except RecursionError:
        raise InvalidInputError(f"invalid value for parameter '{name}': it is nested too deeply") from None


def write(value: object) -> str:
    """Write a value in ASCII, whatever texts and numbers it holds."""
    return json.dumps(value)

"""Type hints of a model's code. In: a function whose input has a hint such as `list[str]`. Out: its schema, its input.

A hint that begins with `list` is the model's signature: the function gets a list whose items are as the hint says,
whatever table or array the caller had. Classes of pydantic are made of dicts. Other hints say nothing of the data.
"""

from __future__ import annotations

import typing
from typing import Any, Callable, List, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType, Array, DataType, Map, Object, Property, ValueType
from mlplat.models.schema import ColSpec, Schema
from mlplat.models.typed_values import value_as
from mlplat.pyfunc.calling import input_name

_NAMES = {
    "bool": DataType.boolean,
    "int": DataType.long,
    "float": DataType.double,
    "str": DataType.string,
    "bytes": DataType.binary,
    "datetime": DataType.datetime,
    "date": DataType.datetime,
}


def hints_of(function: Callable[..., Any]) -> Tuple[Any, Any]:
    """Return the hints of a function's input and of what it returns; None where there is none that is a list."""
    try:
        hints = typing.get_type_hints(function)
    except Exception:  # a hint may name what is not there, or be any expression
        return None, None
    found = (hints.get(input_name(function) or ""), hints.get("return"))
    taken, given = (each if _is_list(each) else None for each in found)
    return taken, given


def _is_list(hint: Any) -> bool:
    return typing.get_origin(hint) is list and bool(typing.get_args(hint))


def schema_of_hint(hint: Any) -> Optional[Schema]:
    """Return the schema of a list's items; None where the hint is None."""
    return None if hint is None else Schema([ColSpec(_type(typing.get_args(hint)[0]))])


def _type(hint: Any) -> ValueType:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is list and inner:
        return Array(_type(inner[0]))
    if origin is dict and inner:
        return Map(_type(inner[1]))
    alternatives = _alternatives(hint)
    if alternatives:
        present = [each for each in alternatives if each is not type(None)]
        return _type(present[0]) if len(present) == 1 else AnyType()
    fields = _fields(hint)
    if fields:
        return Object([Property(name, _type(each), required) for name, each, required in fields])
    return _NAMES.get(getattr(hint, "__name__", ""), AnyType())


def _alternatives(hint: Any) -> Tuple[Any, ...]:
    """Return the members of a Union, an Optional or an `X | Y`; nothing for any other hint."""
    is_union = typing.get_origin(hint) is typing.Union or type(hint).__name__ == "UnionType"
    return typing.get_args(hint) if is_union else ()


def _fields(hint: Any) -> List[Tuple[str, Any, bool]]:
    """Return name, hint and whether it has to be there for each field of a class of pydantic, of version 1 or 2."""
    fields = getattr(hint, "model_fields", None) or getattr(hint, "__fields__", None)
    if not isinstance(hint, type) or not isinstance(fields, dict):
        return []
    return [
        (
            name,
            getattr(each, "annotation", None) or getattr(each, "outer_type_", None),
            bool(each.is_required() if hasattr(each, "is_required") else each.required),
        )
        for name, each in fields.items()
    ]


def as_hinted(data: Any, hint: Any) -> Any:
    """Return a model's input as its hint wants it.

    Raises:
        MlplatException: an item is of another type; the message names its place, counted from 0.
    """
    if not _is_list(hint):
        return data
    item = typing.get_args(hint)[0]
    rows = _rows(data, item)
    if not isinstance(rows, list):
        raise MlplatException(f"the model takes a list, not a {type(data).__name__}")
    return [_item(each, item, f"row {place}") for place, each in enumerate(rows)]


def _rows(data: Any, item: Any) -> Any:
    if hasattr(data, "columns") and hasattr(data, "to_dict"):
        if len(data.columns) == 1:
            cells = data.iloc[:, 0].tolist()
            is_record = bool(_fields(item)) or typing.get_origin(item) is dict
            if not is_record or all(isinstance(each, dict) for each in cells):
                return cells
        return data.to_dict("records")
    return data.tolist() if hasattr(data, "tolist") else data


def _item(value: Any, hint: Any, name: str) -> Any:
    if _fields(hint):
        return _made(value, hint, name)
    alternatives = _alternatives(hint)
    for each in alternatives:
        try:
            return None if each is type(None) and value is None else _item(value, each, name)
        except MlplatException:
            continue
    if alternatives:
        raise MlplatException(f"{name}: the model takes {hint}, not {type(value).__name__}")
    if typing.get_origin(hint) is list and isinstance(value, list):
        inner = (typing.get_args(hint) or (Any,))[0]
        return [_item(each, inner, f"{name}, item {place}") for place, each in enumerate(value)]
    if typing.get_origin(hint) is dict and isinstance(value, dict):
        inner = (typing.get_args(hint) or (str, Any))[1]
        return {key: _item(each, inner, f"{name}, key {key!r}") for key, each in value.items()}
    return value_as(_type(hint), value, name)


def _made(value: Any, kind: Any, name: str) -> Any:
    """Make an object of a class of pydantic from a dict."""
    if isinstance(value, kind):
        return value
    try:
        return kind.model_validate(value) if hasattr(kind, "model_validate") else kind.parse_obj(value)
    except Exception as error:
        reason = " ".join(str(error).split())
        raise MlplatException(f"{name} is no {kind.__name__}: {reason}") from error

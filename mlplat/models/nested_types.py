"""Types of lists, dicts and scalars. In: values of Python and numpy. Out: their data type, merged where they differ."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType, Array, DataType, Object, Property, ValueType

_SCALARS = {
    "bool": DataType.boolean,
    "bool_": DataType.boolean,
    "int": DataType.long,
    "int32": DataType.integer,
    "int64": DataType.long,
    "float": DataType.double,
    "float32": DataType.float,
    "float64": DataType.double,
    "str": DataType.string,
    "str_": DataType.string,
    "bytes": DataType.binary,
    "bytes_": DataType.binary,
    "bytearray": DataType.binary,
    "datetime": DataType.datetime,
    "date": DataType.datetime,
    "datetime64": DataType.datetime,
}
"""The data type of each type of Python and numpy, by its name; no other scalar has one."""

_SCALAR_HOMES = ("builtins", "numpy", "datetime")


def type_of_value(value: Any) -> ValueType:
    """Return the type of a value that is not missing.

    Raises:
        MlplatException: no data type is like it.
    """
    if isinstance(value, dict):
        return object_of([value])
    if isinstance(value, list):
        return type_of_list(value) if value else AnyType()
    kind = type(value)
    if kind.__name__ == "ndarray":
        return type_of_array(value)
    if kind.__module__ in _SCALAR_HOMES and kind.__name__ in _SCALARS:
        return _SCALARS[kind.__name__]
    raise MlplatException(f"no data type is like a {kind.__name__}")


def type_of_array(array: Any) -> Array:
    """Return the type of an array of numpy that stands where a list could."""
    if not array.shape or not array.size:
        raise MlplatException("an array without values says nothing")
    values = array.tolist() if array.dtype.kind == "O" else list(array)
    return type_of_list(values)


def type_of_list(values: Sequence[Any], loosely: bool = False) -> Array:
    """Return the array type of values; those that are missing say nothing.

    Args:
        values: of one type, at least one.
        loosely: scalars may be of subclasses, such as pandas' times.

    Raises:
        MlplatException: they are of different types, or of one that no data type is like.
    """
    present = [each for each in values if not is_missing(each)]
    if not present:
        return Array(AnyType())
    if all(isinstance(each, dict) for each in present):
        return Array(_optional(object_of(present)) if len(present) < len(values) else object_of(present))
    types = [_moment(each) if loosely and _moment(each) else type_of_value(each) for each in present]
    merged = types[0]
    for each in types[1:]:
        merged = merge(merged, each)
    return Array(merged)


def _moment(value: Any) -> Any:
    import datetime

    return DataType.datetime if isinstance(value, datetime.date) else None


def object_of(values: Sequence[Dict[Any, Any]]) -> ValueType:
    """Return the type of dicts: a key that one of them lacks, or has nothing under, is optional."""
    types: Dict[str, ValueType] = {}
    optional = set()
    for value in values:
        for name, each in value.items():
            if not isinstance(name, str):
                raise MlplatException(f"the keys of an object are texts, not {name!r}")
            found: ValueType = AnyType() if is_missing(each) else type_of_value(each)
            known = types.get(name)
            if each is None or (known is not None and AnyType() in (found, known) and found != known):
                optional.add(name)
            types[name] = found if known is None else merge(known, found)
    everywhere = {name for name in types if all(name in value for value in values)}
    if not types:
        return AnyType()
    return Object([Property(name, each, name in everywhere - optional) for name, each in types.items()])


def merge(left: ValueType, right: ValueType) -> ValueType:
    """Return the type that holds values of both.

    Raises:
        MlplatException: there is none.
    """
    if left == right:
        return left
    if isinstance(left, AnyType) or isinstance(right, AnyType):
        known = right if isinstance(left, AnyType) else left
        return _optional(known) if isinstance(known, Object) else known
    if isinstance(left, Array) and isinstance(right, Array):
        return Array(merge(left.dtype, right.dtype))
    if isinstance(left, Object) and isinstance(right, Object):
        return _merged_objects(left, right)
    raise MlplatException(f"values of {left!r} and of {right!r} stand together")


def _optional(known: ValueType) -> ValueType:
    """Return an object's type with every key optional."""
    if not isinstance(known, Object):
        return known
    return Object([Property(each.name, each.dtype, False) for each in known.properties])


def _merged_objects(left: Object, right: Object) -> Object:
    lefts = {each.name: each for each in left.properties}
    rights = {each.name: each for each in right.properties}
    properties: List[Property] = []
    for name in {**lefts, **rights}:
        one, other = lefts.get(name), rights.get(name)
        if one and other:
            required = one.required and other.required and not _says_less(one.dtype, other.dtype)
            properties.append(Property(name, merge(one.dtype, other.dtype), required))
        else:
            properties.append(Property(name, (one or other).dtype, False))  # type: ignore[union-attr]
    return Object(properties)


def _says_less(one: ValueType, other: ValueType) -> bool:
    return isinstance(one, AnyType) != isinstance(other, AnyType)


def is_missing(value: Any) -> bool:
    """Tell None, NaN, pandas.NA and pandas.NaT."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value  # noqa: PLR0124 - so is a NaN told

"""Values of parameters. In: a parameter's specification, what somebody gave. Out: the value as its type wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType, Array, DataType, Map, Object

if TYPE_CHECKING:
    from mlplat.models.param_schema import ParamSpec

_WHOLE = (DataType.integer, DataType.long)
_REAL = (DataType.float, DataType.double)


def as_type(spec: ParamSpec, value: Any) -> Any:
    """Return a parameter's value as Python's own types: whole numbers as floats where floats are wanted, no other cast.

    Raises:
        MlplatException: it is of another type or shape.
    """
    value = _without_numpy(value)
    if value is None:
        return None
    name = f"parameter {spec.name!r}"
    if spec.shape is None:
        return value_as(spec.dtype, value, name)
    if not isinstance(value, list):
        raise MlplatException(f"{name} is a list of {spec.dtype!r}, not {value!r}")
    return [value_as(spec.dtype, each, f"{name}, item {index}") for index, each in enumerate(value)]


def _without_numpy(value: Any) -> Any:
    """Return numbers and arrays of numpy as Python's; times stay numpy's."""
    if isinstance(value, list):
        return [_without_numpy(each) for each in value]
    dtype = getattr(value, "dtype", None)
    return value if dtype is None or dtype.kind == "M" or not hasattr(value, "tolist") else value.tolist()


def value_as(dtype: Any, value: Any, name: str) -> Any:
    """Return one value, of a scalar or of a nested type, as that type; name says in an error what the value is.

    Raises:
        MlplatException: it is of another type.
    """
    if isinstance(dtype, AnyType):
        return value
    if isinstance(dtype, Object):
        return _object(dtype, value, name)
    if isinstance(dtype, Map) and isinstance(value, dict):
        return {key: value_as(dtype.value_type, each, f"{name}, key {key!r}") for key, each in value.items()}
    if isinstance(dtype, Array) and isinstance(value, list):
        return [value_as(dtype.dtype, each, f"{name}, item {index}") for index, each in enumerate(value)]
    if isinstance(dtype, DataType) and is_a(dtype, value):
        return float(value) if dtype in _REAL else value
    raise MlplatException(f"{name} is {dtype!r}, not {type(value).__name__} {value!r}")


def _object(dtype: Object, value: Any, name: str) -> Dict[str, Any]:
    if not isinstance(value, dict):
        raise MlplatException(f"{name} is an object, not {type(value).__name__} {value!r}")
    known = {each.name: each for each in dtype.properties}
    missing = [each.name for each in dtype.properties if each.required and each.name not in value]
    extra = [key for key in value if key not in known]
    if missing or extra:
        fault = f"has no {missing[0]!r}" if missing else f"has {extra[0]!r}, which its type does not know"
        raise MlplatException(f"{name} {fault}")
    return {
        key: None if each is None and not known[key].required else value_as(known[key].dtype, each, f"{name}.{key}")
        for key, each in value.items()
    }


def is_a(dtype: DataType, value: Any) -> bool:
    """Tell whether a value of Python is of a scalar's type; a whole number is a float, a bool no number."""
    if dtype is DataType.boolean:
        return isinstance(value, bool)
    if dtype in _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if dtype in _REAL:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if dtype is DataType.string:
        return isinstance(value, str)
    if dtype is DataType.binary:
        return isinstance(value, (bytes, bytearray))
    return is_moment(value)


def is_moment(value: Any) -> bool:
    """Tell a date, a time, or a text of one in ISO 8601."""
    import datetime

    if isinstance(value, str):
        try:
            datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return False
        return True
    return isinstance(value, datetime.date) or getattr(getattr(value, "dtype", None), "kind", None) == "M"

"""Single values as their data type wants them. In: a type, a value of Python. Out: the value, or what is wrong with it.

Only what cannot lose anything is cast: whole numbers to floats, texts in ISO 8601 to dates and times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType, Array, DataType, Map, Object, SparkMLVector

if TYPE_CHECKING:
    from mlplat.models.param_schema import ParamSpec

WHOLE = (DataType.integer, DataType.long)
REAL = (DataType.float, DataType.double)
_DATE_CHARACTERS = len("2026-01-02")


def as_type(spec: ParamSpec, value: Any) -> Any:
    """Return a parameter's value as Python's own types.

    Raises:
        MlplatException: it is of another type or shape.
    """
    value = without_numpy(value)
    if value is None:
        return None
    name = f"parameter {spec.name!r}"
    if spec.shape is None:
        return value_as(spec.dtype, value, name)
    if not isinstance(value, list):
        raise MlplatException(f"{name} is a list of {spec.dtype!r}, not {value!r}")
    return [value_as(spec.dtype, each, f"{name}, item {index}") for index, each in enumerate(value)]


def without_numpy(value: Any) -> Any:
    """Return numbers and arrays of numpy as Python's; times stay numpy's."""
    if isinstance(value, list):
        return [without_numpy(each) for each in value]
    dtype = getattr(value, "dtype", None)
    return value if dtype is None or dtype.kind == "M" or not hasattr(value, "tolist") else value.tolist()


def value_as(dtype: Any, value: Any, name: str) -> Any:
    """Return one value, of a scalar or of a nested type, as that type.

    Args:
        name: what an error calls the value.

    Raises:
        MlplatException: it is of another type.
    """
    if isinstance(dtype, AnyType):
        return value
    if isinstance(dtype, Object):
        return _object(dtype, value, name)
    if isinstance(dtype, Map) and isinstance(value, dict):
        return {key: value_as(dtype.value_type, each, f"{name}, key {key!r}") for key, each in value.items()}
    if isinstance(dtype, (Array, SparkMLVector)) and isinstance(without_numpy(value), list):
        item = dtype.dtype if isinstance(dtype, Array) else DataType.double
        return [_item(item, each, f"{name}, item {index}") for index, each in enumerate(without_numpy(value))]
    if isinstance(dtype, DataType):
        plain = without_numpy(value)
        if is_a(dtype, plain):
            return _cast(dtype, plain)
    raise MlplatException(f"{name}: the model takes {dtype!r}, not {type(value).__name__} {shown(value)}")


def _item(dtype: Any, value: Any, name: str) -> Any:
    """Return one item of an array: a float may be missing."""
    return value if value is None and dtype in REAL else value_as(dtype, value, name)


def _object(dtype: Object, value: Any, name: str) -> Dict[str, Any]:
    if not isinstance(value, dict):
        raise MlplatException(f"{name}: the model takes an object, not {type(value).__name__} {shown(value)}")
    known = {each.name: each for each in dtype.properties}
    missing = [each.name for each in dtype.properties if each.required and value.get(each.name) is None]
    extra: List[Any] = [key for key in value if key not in known]
    if missing or extra:
        fault = f"it has no {missing[0]!r}" if missing else f"it has {extra[0]!r}, which the model does not know"
        raise MlplatException(f"{name}: {fault}")
    return {
        key: None if each is None else value_as(known[key].dtype, each, f"{name}.{key}") for key, each in value.items()
    }


def _cast(dtype: DataType, value: Any) -> Any:
    if dtype in REAL:
        return float(value)
    return moment_of(value) if dtype is DataType.datetime and isinstance(value, str) else value


def is_a(dtype: DataType, value: Any) -> bool:
    """Tell whether a value of Python is of a scalar's type; a whole number is a float, a bool no number."""
    if dtype is DataType.boolean:
        return isinstance(value, bool)
    if dtype in WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if dtype in REAL:
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
        return moment_of(value) is not None
    return isinstance(value, datetime.date) or getattr(getattr(value, "dtype", None), "kind", None) == "M"


def moment_of(text: str) -> Any:
    """Return the date or time that a text in ISO 8601 says; None when it says none."""
    import datetime

    try:
        if len(text) == _DATE_CHARACTERS:
            return datetime.date.fromisoformat(text)
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def shown(value: Any) -> str:
    """Return a value as an error shows it: one line, and no long one."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - the rest of an error has to be read too

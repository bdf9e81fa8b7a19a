"""What one value may be: MLflow's data types. In: names, dicts of a signature's JSON. Out: types.

The names are those of a signature's JSON: boolean, integer (32 bits), long (64), float (32), double (64), string,
binary, datetime; array, object, map of them; any.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, List, Optional, Union

from mlplat.exceptions import MlplatException


class DataType(Enum):
    """The type of a scalar."""

    boolean = 1
    integer = 2
    long = 3
    float = 4
    double = 5
    string = 6
    binary = 7
    datetime = 8

    def __repr__(self) -> str:
        return self.name

    def to_dict(self) -> Dict[str, Any]:
        """Return the type as a signature's JSON has it."""
        return {"type": self.name}

    def to_numpy(self) -> Any:
        """Return numpy's dtype for it."""
        import numpy

        return numpy.dtype(_NUMPY[self.name])

    def to_pandas(self) -> Any:
        """Return the dtype of a column of pandas."""
        return self.to_numpy()

    def to_python(self) -> Any:
        """Return Python's type for it."""
        import datetime

        return {**_PYTHON, "datetime": datetime.datetime}[self.name]


_NUMPY = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "str",
    "binary": "bytes",
    "datetime": "datetime64[ns]",
}
_PYTHON: Dict[str, Any] = {
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "string": str,
    "binary": bytes,
}


class AnyType:
    """A value that nothing is known of."""

    def __repr__(self) -> str:
        return "Any"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyType)

    def __hash__(self) -> int:
        return hash(AnyType)

    def to_dict(self) -> Dict[str, Any]:
        """Return the type as a signature's JSON has it."""
        return {"type": "any"}


class SparkMLVector:
    """A vector of Spark ML: a list of doubles."""

    def __repr__(self) -> str:
        return "SparkML vector"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SparkMLVector)

    def __hash__(self) -> int:
        return hash(SparkMLVector)

    def to_dict(self) -> Dict[str, Any]:
        """Return the type as a signature's JSON has it."""
        return {"type": "sparkml_vector"}


class Array:
    """A list of values of one type.

    Args:
        dtype: their type, or its name.
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = type_of(dtype)

    def __repr__(self) -> str:
        return f"Array({self.dtype!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Array) and self.dtype == other.dtype

    def __hash__(self) -> int:
        return hash((Array, self.dtype))

    def to_dict(self) -> Dict[str, Any]:
        """Return the type as a signature's JSON has it."""
        return {"type": "array", "items": self.dtype.to_dict()}


class Map:
    """A dict of text keys to values of one type.

    Args:
        value_type: their type, or its name.
    """

    def __init__(self, value_type: Any) -> None:
        self.value_type = type_of(value_type)

    def __repr__(self) -> str:
        return f"Map(str -> {self.value_type!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and self.value_type == other.value_type

    def __hash__(self) -> int:
        return hash((Map, self.value_type))

    def to_dict(self) -> Dict[str, Any]:
        """Return the type as a signature's JSON has it."""
        return {"type": "map", "values": self.value_type.to_dict()}


class Property:
    """One key of an object.

    Args:
        name: the key.
        dtype: the type of its value, or that type's name.
        required: whether every object has it.
    """

    def __init__(self, name: str, dtype: Any, required: bool = True) -> None:
        if not isinstance(name, str):
            raise MlplatException(f"the name of a property is text, not {name!r}")
        self.name = name
        self.dtype = type_of(dtype)
        self.required = required

    def __repr__(self) -> str:
        return f"{self.name}: {self.dtype!r} ({'required' if self.required else 'optional'})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Property) and _parts(self) == _parts(other)

    def __lt__(self, other: Property) -> bool:
        return self.name < other.name

    def __hash__(self) -> int:
        return hash(_parts(self))

    def to_dict(self) -> Dict[str, Any]:
        """Return {name: its type} as a signature's JSON has it."""
        return {self.name: {**self.dtype.to_dict(), "required": self.required}}


def _parts(each: Property) -> Any:
    return each.name, each.dtype, each.required


class Object:
    """A dict with known keys.

    Args:
        properties: its keys, at least one, each once; kept in the order of their names.
    """

    def __init__(self, properties: List[Property]) -> None:
        if not isinstance(properties, list) or not all(isinstance(each, Property) for each in properties):
            raise MlplatException(f"an object's properties are a list of Property, not {properties!r}")
        names = [each.name for each in properties]
        if not names or len(set(names)) < len(names):
            raise MlplatException(f"an object has at least one property, and each once, not {names}")
        self.properties = sorted(properties)

    def __repr__(self) -> str:
        return "{" + ", ".join(repr(each) for each in self.properties) + "}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self.properties == other.properties

    def __hash__(self) -> int:
        return hash((Object, *self.properties))

    def to_dict(self) -> Dict[str, Any]:
        """Return the type as a signature's JSON has it."""
        properties: Dict[str, Any] = {}
        for each in self.properties:
            properties.update(each.to_dict())
        return {"type": "object", "properties": properties}


ValueType = Union[DataType, Array, Object, Map, AnyType, SparkMLVector]
VALUE_TYPES = (DataType, Array, Object, Map, AnyType, SparkMLVector)
MOST_NESTED = 64
"""Levels of arrays, objects and maps in one another; a file with more of them is no signature."""


def type_of(given: Any) -> ValueType:
    """Return a type for itself or for the name of one.

    Raises:
        MlplatException: there is no such type.
    """
    if isinstance(given, VALUE_TYPES):
        return given
    if isinstance(given, str):
        if given in DataType.__members__:
            return DataType[given]
        if given in ("any", "sparkml_vector"):
            return AnyType() if given == "any" else SparkMLVector()
    known = ", ".join(DataType.__members__)
    raise MlplatException(f"there is no data type {given!r}; there are {known}, array, object, map, any")


def type_from_dict(fields: Any, depth: int = 0) -> ValueType:
    """Return the type that a dict of a signature's JSON describes.

    Raises:
        MlplatException: it describes none.
    """
    if not isinstance(fields, dict) or "type" not in fields:
        raise MlplatException(f"a type of a signature is an object with a `type`, not {fields!r}")
    if depth > MOST_NESTED:
        raise MlplatException(f"the types of a signature are nested in one another more than {MOST_NESTED} times")
    name = fields["type"]
    if name == "array":
        return Array(type_from_dict(fields.get("items"), depth + 1))
    if name == "map":
        return Map(type_from_dict(fields.get("values"), depth + 1))
    if name == "object":
        return _object_from_dict(fields, depth)
    return type_of(name)


def _object_from_dict(fields: Dict[str, Any], depth: int) -> Object:
    properties: Optional[Dict[str, Any]] = fields.get("properties")
    if not isinstance(properties, dict):
        raise MlplatException(f"a type `object` has `properties`, an object, not {properties!r}")
    return Object(
        [
            Property(name, type_from_dict(each, depth + 1), is_required(each) if isinstance(each, dict) else True)
            for name, each in properties.items()
        ]
    )


def is_required(fields: Dict[str, Any]) -> bool:
    """Tell whether a column or property has to be there; MLflow before 2.8 says `optional` instead of `required`."""
    return bool(fields.get("required", not fields.get("optional", False)))

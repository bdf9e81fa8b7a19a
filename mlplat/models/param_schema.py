"""Parameters of a prediction. In: names, types, defaults, JSON. Out: their schema."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple, Union

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import DataType, Object, type_from_dict, type_of
from mlplat.models.schema import loaded_list

Shape = Optional[Tuple[int, ...]]


class ParamSpec:
    """One parameter.

    Args:
        name: its name.
        dtype: a scalar's data type or an `Object`, or a type's name.
        default: what it is where nobody says; None too.
        shape: None for one value, (-1,) for a list of any length.

    Raises:
        MlplatException: the default is not of the type, or the shape another.
    """

    def __init__(self, name: str, dtype: Any, default: Any, shape: Any = None) -> None:
        from mlplat.models.typed_values import as_type

        self.name = str(name)
        self.dtype = _param_type(self.name, type_of(dtype))
        self.shape: Shape = None if shape is None else tuple(shape)
        if self.shape not in (None, (-1,)):
            raise MlplatException(f"parameter {self.name!r}: shape is None or (-1,), not {shape!r}")
        self.default = as_type(self, default)

    def to_dict(self) -> Dict[str, Any]:
        """Return the parameter as a signature's JSON has it; dates and times in ISO 8601."""
        shape = None if self.shape is None else list(self.shape)
        return {"name": self.name, "default": _written(self.default), "shape": shape, **self.dtype.to_dict()}

    @classmethod
    def from_json_dict(cls, **fields: Any) -> ParamSpec:
        """Return the parameter that a dict of a signature's JSON describes; MLflow 2.6 says `dtype` for `type`."""
        if "name" not in fields or not {"type", "dtype"} & fields.keys():
            raise MlplatException(f"a parameter of a signature has a name and a type: {fields!r}")
        described = {**fields, "type": fields.get("type", fields.get("dtype"))}
        return cls(fields["name"], type_from_dict(described), fields.get("default"), fields.get("shape"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSpec) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.name, self.dtype, self.shape))

    def __repr__(self) -> str:
        shape = "" if self.shape is None else f" (shape: {self.shape})"
        return f"{self.name!r}: {self.dtype!r} (default: {self.default}){shape}"


def _param_type(name: str, dtype: Any) -> Union[DataType, Object]:
    if dtype is DataType.binary or not isinstance(dtype, (DataType, Object)):
        raise MlplatException(f"parameter {name!r}: a parameter is a scalar but binary, or an object, not {dtype!r}")
    return dtype


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [_written(each) for each in value]
    if isinstance(value, dict):
        return {key: _written(each) for key, each in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if hasattr(value, "dtype") else value


class ParamSchema:
    """The parameters of a prediction.

    Args:
        params: each name once.
    """

    def __init__(self, params: List[ParamSpec]) -> None:
        if not isinstance(params, list) or not all(isinstance(each, ParamSpec) for each in params):
            raise MlplatException(f"a schema of parameters is a list of ParamSpec, not {params!r}")
        names = [each.name for each in params]
        if len(set(names)) < len(names):
            raise MlplatException(f"each parameter stands once in a schema, not {names}")
        self.params = params

    def to_dict(self) -> List[Dict[str, Any]]:
        """Return the list that a signature's JSON has."""
        return [each.to_dict() for each in self.params]

    def to_json(self) -> str:
        """Return the JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, json_str: str) -> ParamSchema:
        """Return the schema that JSON describes."""
        return cls([ParamSpec.from_json_dict(**each) for each in loaded_list(json_str)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSchema) and self.params == other.params

    def __hash__(self) -> int:
        return hash(tuple(self.params))

    def __repr__(self) -> str:
        return repr(self.params)

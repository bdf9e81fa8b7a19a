"""What parameters are like. In: a dict of their defaults. Out: their schema."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import DataType, ValueType
from mlplat.models.inference import scalar_of_dtype
from mlplat.models.nested_types import type_of_value
from mlplat.models.param_schema import ParamSchema, ParamSpec


def schema_of_params(params: Any) -> ParamSchema:
    """Return the schema of parameters that have these defaults.

    Raises:
        MlplatException: it is no dict, or a default is no scalar, list of scalars or dict.
    """
    if not isinstance(params, dict):
        raise MlplatException(f"parameters are a dict, not a {type(params).__name__}")
    return ParamSchema([_spec(str(name), value) for name, value in params.items()])


def _spec(name: str, value: Any) -> ParamSpec:
    try:
        dtype, shape = _described(value)
    except MlplatException as error:
        raise MlplatException(f"parameter {name!r}: {error.message}") from error
    return ParamSpec(name, dtype, value, shape)


def _described(value: Any) -> Tuple[ValueType, Optional[Tuple[int, ...]]]:
    if type(value).__name__ == "ndarray" and value.ndim == 1 and value.dtype.kind != "O":
        return scalar_of_dtype(value.dtype), (-1,)
    if isinstance(value, list):
        return _of_list(value), (-1,)
    if isinstance(value, (tuple, set)) or value is None or (hasattr(value, "ndim") and value.ndim):
        raise MlplatException(f"a parameter is a scalar, a list of scalars or a dict, not {value!r}")
    return type_of_value(value), None


def _of_list(values: List[Any]) -> DataType:
    if not values:
        return DataType.datetime  # as MLflow says, whose numpy has an empty list of every type
    types = {type_of_value(each) for each in values if each is not None and not isinstance(each, (list, dict))}
    if types == {DataType.long, DataType.double}:
        return DataType.double
    if len(types) != 1 or any(each is None or isinstance(each, (list, dict)) for each in values):
        raise MlplatException(f"a list of a parameter has scalars of one type, not {values!r}")
    found = types.pop()
    assert isinstance(found, DataType)
    return found

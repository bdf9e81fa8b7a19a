"""Data as a model's signature wants it. In: what a caller sent, a signature. Out: the same in the model's types.

The rules are MLflow's: a missing required column is an error, a column that the model does not know is left out,
the order is the model's, and a column is cast where no value can change. An error names the column and the first row
at fault, counted from 0 as the rows were sent.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType
from mlplat.models.param_schema import ParamSchema
from mlplat.models.schema import Schema
from mlplat.models.typed_values import as_type


def enforce_schema(data: Any, schema: Optional[Schema]) -> Any:
    """Return data as a schema wants it.

    Args:
        data: for columns a data frame or series of pandas, a dict, a list, a scalar, or where the columns have no
            names an array; for tensors an array, a sparse matrix, a data frame, or a dict of arrays by name.
        schema: None says nothing, as does one unnamed column of any type.

    Raises:
        MlplatException: it is not what the schema wants.
    """
    if schema is None or is_open(schema):
        return data
    if schema.is_tensor_spec():
        from mlplat.models.tensor_enforcement import tensors_as

        return tensors_as(data, schema)
    from mlplat.models.frame_enforcement import frame_as

    return frame_as(data, schema)


def is_open(schema: Schema) -> bool:
    """Tell a schema that takes everything: one column of any type, without a name."""
    return len(schema.inputs) == 1 and not schema.has_input_names() and isinstance(schema.inputs[0].type, AnyType)


def enforce_params(params: Optional[Dict[str, Any]], schema: Optional[ParamSchema]) -> Dict[str, Any]:
    """Return the parameters of a prediction, defaults filled in; unknown ones are left out with a warning.

    Raises:
        MlplatException: they are no dict, or one is of another type.
    """
    if params is not None and not isinstance(params, dict):
        raise MlplatException(f"params is a dict, not a {type(params).__name__}")
    given = {str(name): value for name, value in (params or {}).items()}
    known = {each.name: each for each in schema.params} if schema else {}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        import warnings

        knows = f"it knows {', '.join(known)}" if known else "its signature has none"
        warnings.warn(f"params {unknown} are left out: the model does not know them, {knows}", stacklevel=3)
    return {name: as_type(each, given.get(name, each.default)) for name, each in known.items()}

"""MLflow's types of a model's inputs and outputs, under the address that ported code has. In: names. Out: classes."""

from __future__ import annotations

from mlplat.models.data_types import DataType
from mlplat.models.param_schema import ParamSchema, ParamSpec
from mlplat.models.schema import ColSpec, Schema, TensorSpec

__all__ = ["ColSpec", "DataType", "ParamSchema", "ParamSpec", "Schema", "TensorSpec"]

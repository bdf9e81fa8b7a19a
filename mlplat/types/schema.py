"""All of MLflow's types, of nested values too, under the address that ported code has. In: names. Out: classes."""

from __future__ import annotations

from mlplat.models.data_types import AnyType, Array, DataType, Map, Object, Property, SparkMLVector
from mlplat.models.param_schema import ParamSchema, ParamSpec
from mlplat.models.schema import ColSpec, Schema, TensorSpec

__all__ = [
    "AnyType",
    "Array",
    "ColSpec",
    "DataType",
    "Map",
    "Object",
    "ParamSchema",
    "ParamSpec",
    "Property",
    "Schema",
    "SparkMLVector",
    "TensorSpec",
]

"""Which types of columns a model's columns may be cast from. In: nothing. Out: one table, MLflow's rules.

A cast is safe when no value can change: that to a wider type of the same kind, and that of up to 32 bits of whole
numbers to double. 64 bits of whole numbers are taken for floats where each of them is 0 or 1.
"""

from __future__ import annotations

from typing import Dict, FrozenSet

_INTEGER = frozenset(("int8", "int16", "int32", "uint8", "uint16"))
_LONG = _INTEGER | {"int64", "uint32"}
_FLOAT = frozenset(("float16", "float32"))

SAFE_CASTS: Dict[str, FrozenSet[str]] = {
    "boolean": frozenset(("bool",)),
    "integer": _INTEGER,
    "long": _LONG,
    "float": _FLOAT,
    "double": _FLOAT | {"float64"} | (_LONG - {"int64"}),
    "string": frozenset(("str",)),
    "binary": frozenset(("bytes", "str")),
    "datetime": frozenset(("datetime64",)),
}
"""By data type, the names of numpy's dtypes that it may come from; texts have no width here, times no unit."""

FLAG_CASTS = frozenset((("int64", "float"), ("int64", "double")))
"""Casts, from a dtype of numpy to a data type, that are safe where every value is 0 or 1."""

"""The type of a request's body. In: the columns of a signature. Out: types by which msgspec checks while it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

Columns = Sequence[tuple[str, type]]
"""Names, which may be anything, and what their values are in Python."""


def body_type(columns: Columns) -> Any:
    """Return the type of a body of MLflow's protocol; what is not given is UNSET, what is not known is passed over."""
    # A column may be called anything, so that a struct's fields are named by their places.
    renamed = {f"c{place}": name for place, (name, _) in enumerate(columns)}
    fields = [(f"c{place}", kind) for place, (_, kind) in enumerate(columns)]
    record: Any = msgspec.defstruct("Record", fields, rename=renamed)
    lists: Any = msgspec.defstruct("Columns", [(name, _list_of(kind)) for name, kind in fields], rename=renamed)
    split: Any = msgspec.defstruct("Split", [("columns", list[str]), ("data", rows_type(columns))])
    records = _list_of(record)
    return msgspec.defstruct(
        "Body",
        [
            ("dataframe_split", split | UnsetType, UNSET),
            ("dataframe_records", records | UnsetType, UNSET),
            ("instances", records | lists | UnsetType, UNSET),
            ("inputs", records | lists | UnsetType, UNSET),
            ("params", msgspec.Raw | UnsetType, UNSET),
        ],
    )


def rows_type(columns: Columns) -> Any:
    """Return the type of a list of rows, each with a value for every column."""
    kinds = tuple(kind for _, kind in columns)
    return _list_of(tuple.__class_getitem__(kinds))


def _list_of(kind: Any) -> Any:
    return list.__class_getitem__(kind)

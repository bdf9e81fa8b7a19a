"""One answered request as it is kept. In: its parts. Out: a frozen record that MessagePack holds as an array."""

from __future__ import annotations

from typing import Any

import msgspec


class Prediction(msgspec.Struct, frozen=True, array_like=True):
    """A request and its answer.

    Args:
        time: when it was answered, ms since the epoch.
        request_id: what labels that come later name; unique for the model.
        version: of the registered model; None for a model that is none.
        latency_ms: from the request's last byte to the answer's first.
        columns: names of the columns of `inputs` where it is a list of rows.
        inputs: a list of rows, a dict of columns, or the request's body as it came (bytes).
        content_type: of a body; "" for lists and dicts.
        outputs: a list with one element a row, a dict of such lists, or the answer's body (bytes, JSON).
    """

    time: int
    request_id: str
    version: str | None
    latency_ms: float
    columns: list[str] | None
    inputs: Any
    content_type: str
    outputs: Any


class Label(msgspec.Struct, frozen=True, array_like=True):
    """The truth about a prediction.

    Args:
        time: when it was handed in, ms since the epoch.
        key: the request's id, `ID/ROW` (from 0) for one row of it, or the value of the column `column`.
        value: a number, a text or a boolean.
        column: the input column that `key` is a value of; "" for a request's id.
    """

    time: int
    key: str
    value: float | int | str | bool | None
    column: str = ""

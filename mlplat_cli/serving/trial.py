"""A model's input example, tried before anybody asks. In: a worker, rows. Out: whether requests may be joined.

The example is asked alone, and then joined with itself. A model that answers each row by itself answers both alike; one
that ranks its rows, or sums over them, does not, and must be asked for one request at a time.
"""

from __future__ import annotations

import math
from typing import Any

from mlplat.worker.outputs import NOT_BY_ROW
from mlplat_cli.serving.answers import parts_of
from mlplat_cli.serving.rows import Rows, frame_of
from mlplat_cli.serving.worker import ModelError, Worker

_CLOSE = 1e-4
"""Relative difference up to which two numbers are the same: sums over more rows are made in another order."""


async def answers_by_row(worker: Worker, example: Rows) -> bool:
    """Ask the example, and tell whether requests may be joined.

    Raises:
        ModelError: the model does not answer it. WorkerGoneError: the process ended.
    """
    alone = await worker.ask(frame_of([example]))
    if not example.joins:
        return True  # which rows of other requests are is not known
    (expected,) = parts_of(alone, [example.count])
    try:
        joined = await worker.ask(frame_of([example, example]))
    except ModelError as error:
        if error.why == NOT_BY_ROW:
            return False
        raise
    return all(_same(expected.value(), part.value()) for part in parts_of(joined, [example.count] * 2))


def _same(one: Any, other: Any) -> bool:
    match one, other:
        case float(), float():
            return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE) or (one != one and other != other)  # noqa: PLR0124
        case list(), list():
            return len(one) == len(other) and all(map(_same, one, other))
        case dict(), dict():
            return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
        case _:
            return bool(one == other)

"""What a model was asked in a window of time. In: logged predictions. Out: its columns; how many, when, how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlplat_cli.errors import InvalidInputError, NotSupportedError
from mlplat_cli.serving.monitoring.bodies import Columns, input_columns, output_columns
from mlplat_cli.serving.prediction_log import Prediction

OUTPUT = "prediction"


class Table:
    """Columns that grow; a row without one has None in it."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}
        self.rows = 0

    def add(self, columns: Columns, rows: int) -> None:
        """Append columns of one length."""
        for name, values in columns.items():
            column = self.columns.get(name)
            if column is None:
                column = self.columns[name] = [None] * self.rows
            column.extend(values)
        self.rows += rows
        if len(columns) < len(self.columns):
            for column in self.columns.values():
                column.extend([None] * (self.rows - len(column)))


@dataclass(slots=True)
class Served:
    """Requests of one model in a window, in the order of their segments.

    Args:
        times, latencies: of each request, ms since the epoch and ms.
        ids, rows: of each request. versions: how many requests each version answered.
        unreadable: why content could not be read, and of how many requests.
    """

    inputs: Table = field(default_factory=Table)
    outputs: Table = field(default_factory=Table)
    times: list[int] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    versions: Counter[str | None] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)


def collect(predictions: Iterable[Prediction], names: Sequence[str] = ()) -> Served:
    """Read what was served.

    Args:
        names: of the model's columns, for requests that do not name theirs.
    """
    served = Served()
    for each in predictions:
        served.versions[each.version] += 1
        try:
            inputs = input_columns(each.inputs, each.columns, each.content_type)
            outputs = _one_name(output_columns(each.outputs))
        except (InvalidInputError, NotSupportedError) as error:
            served.unreadable[error.message] += 1
            continue
        inputs = _named(_split(inputs, outputs), names)
        rows = _row_count(inputs, outputs)
        if rows is None:
            served.unreadable["columns of different lengths"] += 1
            continue
        served.inputs.add(inputs, rows)
        served.outputs.add(outputs, rows)
        served.times.append(each.time)
        served.latencies.append(each.latency_ms)
        served.ids.append(each.request_id)
        served.rows.append(rows)
    return served


def _one_name(outputs: Columns) -> Columns:
    """Call a single output OUTPUT: each protocol has another name for it."""
    return {OUTPUT: next(iter(outputs.values()))} if len(outputs) == 1 else outputs


def _split(inputs: Columns, outputs: Columns) -> Columns:
    """Give a tensor that was logged flat one column for each value of a row; the answer tells how many rows it has."""
    rows = len(next(iter(outputs.values()), ()))
    values = next(iter(inputs.values()), ())
    if len(inputs) != 1 or not rows or len(values) <= rows or len(values) % rows:
        return inputs
    width = len(values) // rows
    return {str(place): values[place::width] for place in range(width)}


def _named(columns: Columns, names: Sequence[str]) -> Columns:
    """Give columns that are known by their places the model's names."""
    if len(columns) != len(names) or "0" not in columns or "0" in names:
        return columns
    return dict(zip(names, columns.values(), strict=True))


def _row_count(inputs: Columns, outputs: Columns) -> int | None:
    lengths = {len(each) for each in (*inputs.values(), *outputs.values())}
    return lengths.pop() if len(lengths) == 1 else None

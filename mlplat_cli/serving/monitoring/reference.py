"""What served data is compared with. In: a summary, or a file of data. Out: the distributions of its columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlplat.models.column_summary import summarize_column
from mlplat_cli.errors import InvalidInputError, NotFoundError, NotSupportedError
from mlplat_cli.serving.monitoring.bodies import Columns, input_columns
from mlplat_cli.serving.monitoring.distribution import Distribution, of_summary, of_values
from mlplat_cli.serving.monitoring.summary import ColumnSummary, DataSummary, read_summary

CONTENT_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.stream",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The training data, or other data that served data should look like.

    Args:
        source: where it is from. rows: of it. outputs: of predictions, or of the targets where those are not known.
        outputs_are: "predictions" or "targets".
    """

    source: str
    rows: int
    features: dict[str, Distribution]
    outputs: dict[str, Distribution]
    outputs_are: str


def from_summary(summary: DataSummary, source: str) -> Reference:
    """Return the reference that a summary of training data is."""
    outputs, outputs_are = (summary.predictions, "predictions") if summary.predictions else (summary.targets, "targets")
    return Reference(source, summary.rows, _distributions(summary.features), _distributions(outputs), outputs_are)


def from_file(path: Path, outputs: Sequence[str] = ()) -> Reference:
    """Read a reference from data_summary.json, or from data as CSV, JSON, Parquet or Arrow.

    Args:
        outputs: names of its columns that are predictions; the rest are features.

    Raises:
        NotFoundError: there is no such file. InvalidInputError: it cannot be read, or has no such column.
        NotSupportedError: it needs a library that is not there.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"cannot read {path}: {error.strerror or error}") from None
    if path.suffix == ".json" and content.lstrip()[:1] == b"{" and b'"features"' in content:
        return from_summary(read_summary(content, str(path)), str(path))
    columns = read_columns(path, content)
    for name in outputs:
        if name not in columns:
            raise InvalidInputError(f"{path} has no column {name!r}", hint=f"it has {', '.join(columns)}")
    found = {name: _distribution(values) for name, values in columns.items()}
    rows = max((len(values) for values in columns.values()), default=0)
    features = {name: each for name, each in found.items() if name not in outputs}
    return Reference(str(path), rows, features, {name: found[name] for name in outputs}, "predictions")


def read_columns(path: Path, content: bytes) -> Columns:
    """Return the columns of a file of data; texts of a CSV file that are all numbers are numbers."""
    kind = CONTENT_TYPES.get(path.suffix.lower())
    if kind is None:
        raise InvalidInputError(f"{path} is none of {', '.join(CONTENT_TYPES)}")
    csv.field_size_limit(1 << 30)
    try:
        columns = input_columns(content, None, kind)
    except (InvalidInputError, NotSupportedError) as error:
        raise type(error)(f"{path}: {error.message}") from None
    return {name: _as_numbers(values) for name, values in columns.items()} if kind == "text/csv" else columns


def _distributions(columns: dict[str, ColumnSummary]) -> dict[str, Distribution]:
    return {name: of_summary(each) for name, each in columns.items()}


def _distribution(values: Sequence[Any]) -> Distribution:
    kind = summarize_column(values)["type"]
    return of_values(kind, values)


def _as_numbers(values: Sequence[Any]) -> Sequence[Any]:
    try:
        return [None if each is None else float(each) for each in values]
    except ValueError:
        return values

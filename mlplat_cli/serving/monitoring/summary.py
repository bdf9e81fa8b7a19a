"""The training data's summary as the monitor reads it. In: data_summary.json. Out: typed values; their JSON Schema.

What the fields mean stands in `mlplat.models.data_summary`, which writes the file.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mlplat.models.data_summary import FILE_NAME, VERSION
from mlplat_cli.errors import InvalidInputError

Kind = Literal["number", "boolean", "category", "time", "text", "other"]


class Histogram(msgspec.Struct, frozen=True):
    """Counts of values by bin; the first and the last bin have no outer edge."""

    edges: list[float]
    counts: list[int]


class ColumnSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column of the training data."""

    type: Kind
    count: int
    missing: int
    dtype: str = ""
    infinite: int = 0
    distinct: int = 0
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None
    quantiles: list[tuple[float, float]] = []
    histogram: Histogram | None = None
    sample: list[float] = []
    categories: list[tuple[str | float | bool, int]] | None = None
    other: int = 0
    length: ColumnSummary | None = None


class DataSummary(msgspec.Struct, frozen=True):
    """The training data of one model."""

    version: int
    rows: int
    features: dict[str, ColumnSummary] = {}
    targets: dict[str, ColumnSummary] = {}
    predictions: dict[str, ColumnSummary] = {}
    left_out: int = 0


_decoder = msgspec.json.Decoder(DataSummary)


def read_summary(content: bytes, place: str) -> DataSummary:
    """Read a data_summary.json.

    Args:
        place: what to call the file in an error.

    Raises:
        InvalidInputError: it is none, or of a version that is not known here.
    """
    try:
        summary = _decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{place} is no summary of training data: {error}") from None
    if summary.version != VERSION:
        raise InvalidInputError(
            f"{place} is of version {summary.version}, this mlplat reads version {VERSION}",
            hint="a newer mlplat wrote it",
        )
    return summary


def summary_schema() -> dict[str, Any]:
    """Return the JSON Schema of data_summary.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE_NAME,
        "description": "What the training data of a model looked like.",
    } | msgspec.json.schema(DataSummary)

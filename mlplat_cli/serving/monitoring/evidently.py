"""Evidently's own report. In: what was served, the reference. Out: its HTML page; the extra `mlplat[evidently]` has it.

Of a reference that is a summary there are no rows, only columns: its rows are made again of each column's quantiles and
counts, independently of each other. Evidently compares column by column, so that its drift is the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlplat_cli.errors import InvalidInputError, ToolMissingError
from mlplat_cli.serving.monitoring.distribution import Distribution, of_values
from mlplat_cli.serving.monitoring.methods import is_counted
from mlplat_cli.serving.monitoring.reference import Reference
from mlplat_cli.serving.monitoring.served import Served

MOST_ROWS = 100_000
"""Rows of either side that it is given."""


def write_evidently(path: Path, served: Served, reference: Reference) -> None:
    """Write Evidently's report of the features' drift.

    Raises:
        ToolMissingError: it is not installed, or does not work with what is. InvalidInputError: nothing was served.
    """
    if not served.inputs.rows:
        raise InvalidInputError("nothing was served in the window, so there is nothing for Evidently to compare")
    try:
        import pandas
        from evidently import DataDefinition, Dataset, Report
        from evidently.presets import DataDriftPreset
    except (ImportError, AttributeError, TypeError) as error:
        hint = "pip install 'mlplat[evidently]'"
        raise ToolMissingError(f"Evidently cannot be used here: {error}", hint=hint) from None
    names = [
        name
        for name, column in reference.features.items()
        if column.kind != "other" and column.count and name in served.inputs.columns
    ]
    counted = [name for name in names if is_counted(reference.features[name])]
    definition = DataDefinition(
        numerical_columns=[name for name in names if name not in counted], categorical_columns=counted
    )
    rows = min(reference.rows, MOST_ROWS)
    before = {name: _values(reference.features[name], rows) for name in names}
    now = {name: _values(of_values(reference.features[name].kind, served.inputs.columns[name]), None) for name in names}
    both = [
        Dataset.from_pandas(
            pandas.DataFrame({name: pandas.Series(values) for name, values in side.items()}), definition
        )
        for side in (now, before)
    ]
    Report([DataDriftPreset()]).run(*both).save_html(str(path))


def _values(column: Distribution, rows: int | None) -> Any:
    """Return so many values that are distributed as the column's are; all of them where `rows` is None."""
    import numpy

    if column.ordered is not None and not is_counted(column):
        if rows is None or column.ordered.size == column.count:
            return column.ordered
        places = (numpy.arange(rows) + 0.5) / rows * column.ordered.size - 0.5
        return numpy.interp(places, numpy.arange(column.ordered.size), column.ordered)
    counts = numpy.array(list(column.counts.values()))
    if rows is not None and column.count > rows:
        counts = numpy.round(counts * rows / column.count).astype("int64")
    return numpy.repeat(numpy.array([str(label) for label in column.counts]), counts)

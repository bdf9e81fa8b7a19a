"""What the training data looked like. In: tables, arrays. Out: the summary kept with the model as data_summary.json.

Format, version 1
=================
A JSON object:

    version            1
    rows               how many rows the data had
    features, targets, predictions
                       {column: summary}, in the data's own order; {} where they were not given
    left_out           how many columns beyond the first MAX_COLUMNS have no summary

The summary of a column:

    type               "number", "boolean", "category", "time" (numbers: ms since the epoch, UTC), "text" or "other"
    dtype              the type's name where the data came from
    count, missing     values that are there (infinite ones are not), and that are not (None, NaN, NaT)
    infinite           how many are infinite (numbers and times)
    distinct           how many different values
    mean, std          std is the population's (divided by count)
    min, max
    quantiles          [[q, value], ...] for QUANTILES, linear between neighbours
    histogram          {"edges": [e1 < e2 < ...], "counts": [...]}: counts[0] is of values <= e1, counts[i] of those in
                       (ei, ei+1], the last of those above all edges. Edges are quantiles of the training data and never
                       change, so the histograms of any number of batches and processes are merged by adding counts.
    sample             sorted values: all of them where count <= SAMPLE, else SAMPLE values at evenly spaced ranks
    categories         [[value, count], ...], most frequent first, at most CATEGORIES; for booleans, categories, and
                       numbers with at most FEW different values
    other              how many values are none of `categories`
    length             for texts: the number summary of their lengths in characters; of the texts nothing is kept

Fields that do not apply are not there. A column of texts is "text" if it has more than FEW different ones and most are
different, or if they are long; otherwise it is a "category".
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Optional, Tuple

from mlplat.exceptions import BAD_STATE, MlplatException

VERSION = 1
FILE_NAME = "data_summary.json"
MAX_COLUMNS = 1000
ROLES = ("features", "targets", "predictions")


def summarize(data: Any, targets: Any = None, predictions: Any = None) -> Dict[str, Any]:
    """Return the summary of a model's training data, ready for JSON.

    Args:
        data: the features: a data frame (pandas or polars), an array of any number of dimensions (the first one is
            rows; a sparse matrix is one too), a dict of columns, or a list of rows; or a tuple of these
            `(features, targets)` or `(features, targets, predictions)`.
        targets: their values, or the name(s) of the columns of `data` that are targets.
        predictions: what the model predicted for this data, or the name(s) of columns, likewise.

    Raises:
        MlplatException: numpy is not installed here, or the data is none of these.
    """
    try:
        import numpy  # noqa: F401 - asked for
    except ImportError as error:
        raise MlplatException(
            "a summary of training data needs numpy, which is not installed here", BAD_STATE
        ) from error
    from mlplat.models.data_columns import columns_of, row_count

    data, targets, predictions = _roles(data, targets, predictions)
    features = columns_of(data)
    parts = {
        "features": features,
        "targets": _taken(features, targets, "targets"),
        "predictions": _taken(features, predictions, "predictions"),
    }
    summary: Dict[str, Any] = {"version": VERSION, "rows": row_count(data)}
    left_out = 0
    for role in ROLES:
        left_out += max(0, len(parts[role]) - MAX_COLUMNS)
        summary[role] = _summaries(parts[role])
    summary["left_out"] = left_out
    return summary


def write_summary(summary: Dict[str, Any], folder: str) -> None:
    """Write a summary into a model's folder."""
    with open(os.path.join(folder, FILE_NAME), "w", encoding="utf-8") as file:
        json.dump(summary, file, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        file.write("\n")


def _roles(data: Any, targets: Any, predictions: Any) -> Tuple[Any, Any, Any]:
    if isinstance(data, tuple) and len(data) in (2, 3) and hasattr(data[0], "shape"):
        data, targets, predictions = (*data, predictions) if len(data) == 2 else data  # noqa: PLR2004 - a pair
    return data, targets, predictions


def _taken(features: Dict[str, Any], given: Any, role: str) -> Dict[str, Any]:
    """Return the columns of a role; those that are named are taken out of the features."""
    from mlplat.models.data_columns import columns_of

    if given is None:
        return {}
    names = _names(features, given)
    if names is None:
        return columns_of(given, role[:-1])
    for name in names:
        if name not in features:
            raise MlplatException(f"{role}={name!r}: the data has no such column")
    return {name: features.pop(name) for name in names}


def _names(features: Dict[str, Any], given: Any) -> Optional[Tuple[str, ...]]:
    """Return the names of columns, None where values were given, which may be texts as well."""
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, (list, tuple)) or not given or len(set(map(str, given))) != len(given):
        return None
    return tuple(given) if all(isinstance(each, str) and each in features for each in given) else None


def _summaries(columns: Dict[str, Any]) -> Dict[str, Any]:
    from mlplat.models.column_summary import summarize_column

    return {name: summarize_column(columns[name]) for name in list(columns)[:MAX_COLUMNS]}

"""Data to evaluate on. In: data frames, arrays, dicts of columns. Out: what a model is asked with, and what is true."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from mlplat.exceptions import MlplatException


class Table(NamedTuple):
    """Rows with what is known of them.

    Attributes:
        features: what a model is asked with: a data frame, an array or a dict of columns.
        targets: an array of what is true; None where it is not known.
        predictions: an array of what was predicted before; None where a model is asked.
        weights: an array; None where every row counts alike.
        others: columns by name that a custom metric may ask for.
        whole: the data as it came, to be described.
    """

    features: Any
    targets: Any
    predictions: Any
    weights: Any
    others: Dict[str, Any]
    whole: Any

    @property
    def rows(self) -> int:
        """How many there are."""
        columns = self.whole if isinstance(self.whole, dict) else {}
        return len(next(iter(columns.values()), ())) if columns else len(self.whole)


def table_of(
    data: Any,
    targets: Any = None,
    predictions: Any = None,
    feature_names: Optional[List[str]] = None,
    weights: Any = None,
) -> Table:
    """Take data apart.

    Args:
        data: a data frame, a dict of columns, an array or a list of rows.
        targets, predictions, weights: names of columns, or values row by row.
        feature_names: the columns that the model is asked with; all that are nothing else unless given.

    Raises:
        MlplatException: there is no such column, the lengths differ, or there is no row.
    """
    import numpy

    columns = _columns(data)
    named = [each for each in (targets, predictions, weights) if isinstance(each, str)]
    found = [_values(each, columns, what) for each, what in zip((targets, predictions, weights), _ROLES)]
    features = data
    if columns is not None:
        kept = list(feature_names or [name for name in columns if name not in named])
        _require(kept, columns, "feature_names")
        features = {name: columns[name] for name in kept} if isinstance(data, dict) else data[kept]
    elif not hasattr(data, "shape"):
        features = numpy.asarray(data)
    table = Table(features, found[0], found[1], found[2], columns or {}, data)
    for values, what in zip(found, _ROLES):
        if values is not None and len(values) != table.rows:
            raise MlplatException(f"{what} has {len(values)} rows, and the data {table.rows}")
    if not table.rows:
        raise MlplatException("the data has no row")
    return table


_ROLES = ("targets", "predictions", "sample_weights")


def _columns(data: Any) -> Optional[Dict[str, Any]]:
    """Return the columns of a data frame or dict as arrays; None for what has none."""
    import numpy

    if isinstance(data, dict):
        return {str(name): numpy.asarray(values) for name, values in data.items()}
    if hasattr(data, "columns") and hasattr(data, "iloc"):
        return {name: data[name].to_numpy() for name in data.columns}
    return None


def _values(given: Any, columns: Optional[Dict[str, Any]], what: str) -> Any:
    import numpy

    if given is None:
        return None
    if isinstance(given, str):
        _require([given], columns or {}, what)
        return (columns or {})[given]
    values = numpy.asarray(given.to_numpy() if hasattr(given, "to_numpy") else given)
    return values.ravel() if values.ndim > 1 and values.size == len(values) else values


def _require(names: List[str], columns: Dict[str, Any], what: str) -> None:
    for name in names:
        if name not in columns:
            known = f"; there are: {', '.join(map(str, columns))}" if columns else ", and the data has no named columns"
            raise MlplatException(f"{what}: there is no column {name!r}{known}")

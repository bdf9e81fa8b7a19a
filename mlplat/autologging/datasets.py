"""The data of a training. In: features and targets as a framework takes them. Out: a dataset with a digest, or None."""

from __future__ import annotations

from typing import Any, Optional


def described(features: Any, targets: Any = None, name: Optional[str] = None) -> Any:
    """Describe data frames of pandas, arrays of numpy and what becomes one; None for what has no description."""
    from mlplat.data import from_numpy, from_pandas

    if hasattr(features, "iloc") and hasattr(features, "columns"):
        frame, column = with_targets(features, targets)
        return from_pandas(frame, targets=column, name=name)
    array, labels = _array(features), _array(targets)
    return None if array is None else from_numpy(array, targets=labels, name=name)


def with_targets(frame: Any, targets: Any) -> Any:
    """Return a frame that has one column of targets too, and that column's name; None where there is none."""
    if targets is None or getattr(targets, "ndim", 1) != 1 or len(targets) != len(frame):
        return frame, None
    column = str(getattr(targets, "name", None) or "target")
    while column in frame.columns:
        column += "_"
    joined = frame.copy(deep=False)
    joined[column] = targets.to_numpy() if hasattr(targets, "to_numpy") else targets
    return joined, column


def _array(values: Any) -> Any:
    import numpy

    if values is None or hasattr(values, "tocsr"):  # a sparse matrix stays one
        return values
    array = numpy.asarray(values)
    return array if array.ndim else None

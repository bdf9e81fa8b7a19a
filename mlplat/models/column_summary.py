"""One column in numbers. In: its values. Out: its summary, of the format that `data_summary` describes."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

QUANTILES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
SAMPLE = 1000
BINS = 20
"""A histogram has at most so many bins; fewer where values repeat."""

CATEGORIES = 200
FEW = 50
LONG = 100
"""Characters: texts that are longer than this on average are no categories."""

LABEL = 200
"""Characters of a category's name that are kept."""


def summarize_column(values: Any) -> Dict[str, Any]:
    """Return the summary of a column: a series of a data frame, an array of one dimension or a list."""
    import numpy

    if not hasattr(values, "dtype"):
        values = _as_array(list(values))
    dtype = str(values.dtype)
    array = _plain_array(values)
    kind = array.dtype.kind
    if kind == "b":
        found = _categories("boolean", [bool(each) for each in array.tolist()], 0)
    elif kind in "iuf":
        found = summarize_numbers(array)
    elif kind in "mM":
        missing = numpy.isnat(array)
        unit = "datetime64[ms]" if kind == "M" else "timedelta64[ms]"
        found = summarize_numbers(array[~missing].astype(unit).astype("int64"), "time" if kind == "M" else "number")
        found["missing"] = int(missing.sum())
    else:
        found = _objects(array.tolist())
    return {"type": found.pop("type"), "dtype": dtype, **found}


def summarize_numbers(array: Any, kind: str = "number") -> Dict[str, Any]:
    """Return the summary of an array of numbers, without its `dtype`."""
    import numpy

    floats = array.astype("float64", copy=False)
    finite = numpy.isfinite(floats)
    whole = bool(finite.all())
    ordered = numpy.sort(floats if whole else floats[finite])
    missing = 0 if whole else int(numpy.isnan(floats).sum())
    count = int(ordered.size)
    found: Dict[str, Any] = {
        "type": kind,
        "count": count,
        "missing": missing,
        "infinite": int(floats.size) - count - missing,
        "distinct": 0,
    }
    if not count:
        return found
    first = numpy.concatenate(([True], ordered[1:] != ordered[:-1]))
    found["distinct"] = int(first.sum())
    found["mean"], found["std"] = _moments(ordered)
    found["min"], found["max"] = float(ordered[0]), float(ordered[-1])
    found["quantiles"] = [[q, _quantile(ordered, q)] for q in QUANTILES]
    found["histogram"] = _histogram(ordered)
    found["sample"] = sample_of(ordered)
    if found["distinct"] <= FEW and kind == "number":
        found.update(_ranked(_counted(ordered, first, array.dtype.kind != "f")))
    return found


def sample_of(ordered: Any) -> List[float]:
    """Return at most SAMPLE of sorted values: those at evenly spaced ranks."""
    import numpy

    if ordered.size > SAMPLE:
        ordered = ordered[((numpy.arange(SAMPLE) + 0.5) * ordered.size / SAMPLE).astype("int64")]
    sample: List[float] = ordered.tolist()
    return sample


def _moments(ordered: Any) -> Tuple[Any, Any]:
    """Return mean and standard deviation; None where the numbers are too large for one."""
    import numpy

    with numpy.errstate(over="ignore", invalid="ignore"):
        mean, std = float(ordered.mean()), float(ordered.std())
    return (mean if numpy.isfinite(mean) else None), (std if numpy.isfinite(std) else None)


def _quantile(ordered: Any, q: float) -> float:
    place: float = q * (ordered.size - 1)
    low = int(place)
    part = place - low
    below, above = float(ordered[low]), float(ordered[min(low + 1, ordered.size - 1)])
    return below * (1 - part) + above * part


def _histogram(ordered: Any) -> Dict[str, List[Any]]:
    import numpy

    places = numpy.ceil(numpy.arange(1, BINS) * ordered.size / BINS).astype("int64") - 1
    edges = numpy.unique(ordered[places])
    ends = numpy.searchsorted(ordered, edges, side="right")
    counts = numpy.diff(numpy.concatenate(([0], ends, [ordered.size])))
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _counted(ordered: Any, first: Any, integers: bool) -> List[Tuple[Any, int]]:
    """Return the different values of sorted numbers and how often each is there."""
    import numpy

    starts = numpy.flatnonzero(first)
    counts = numpy.diff(numpy.concatenate((starts, [ordered.size]))).tolist()
    values = ordered[starts]
    return list(zip((values.astype("int64") if integers else values).tolist(), counts))


def _plain_array(values: Any) -> Any:
    """Return an array of numpy's own types; what is missing in a data frame's column is NaN, NaT or None."""
    import numpy

    if isinstance(values, numpy.ndarray):
        return _as_array(values.tolist()) if values.dtype == object else values
    array = values.to_numpy() if hasattr(values, "to_numpy") else numpy.asarray(values)
    if str(values.dtype).startswith(("datetime64[", "timedelta64[")) and array.dtype == object:
        array = values.dt.tz_convert(None).to_numpy()
    if array.dtype != object:
        return array
    array = array.copy()
    missing = values.isna().to_numpy() if hasattr(values, "isna") else numpy.array([each is None for each in array])
    array[missing] = None
    return _as_array(array.tolist())


def _as_array(values: List[Any]) -> Any:
    """Return Python's values as an array: of numbers if all are numbers or missing, of objects if not."""
    import numpy

    kinds = {type(each) for each in values} - {type(None)}
    if kinds and all(issubclass(kind, (int, float, numpy.number)) and kind is not bool for kind in kinds):
        wide = type(None) in {type(each) for each in values} or any(
            issubclass(kind, (float, numpy.floating)) for kind in kinds
        )
        try:
            return numpy.array(
                [float("nan") if each is None else each for each in values], "float64" if wide else "int64"
            )
        except OverflowError:
            return numpy.array([float("nan") if each is None else float(each) for each in values])
    if kinds == {bool} and None not in values:
        return numpy.array(values)
    array: Any = numpy.empty(len(values), dtype=object)
    array[:] = values
    return array


def _objects(values: List[Any]) -> Dict[str, Any]:
    """Return the summary of texts and of whatever else."""
    there = [each for each in values if each is not None and each == each]  # noqa: PLR0124 - NaN is not itself
    missing = len(values) - len(there)
    kinds = {type(each) for each in there}
    if kinds == {bool}:
        return _categories("boolean", there, missing)
    if not all(issubclass(kind, (str, int, float)) for kind in kinds):
        return {"type": "other", "count": len(there), "missing": missing}
    texts = [each if isinstance(each, bool) else str(each) for each in there]
    distinct = len(set(texts))
    longest = sum(len(str(each)) for each in texts) > LONG * len(texts)
    if (distinct > FEW and distinct * 2 > len(texts)) or longest:
        return _texts(texts, missing, distinct)
    return _categories("category", texts, missing)


def _texts(texts: List[Any], missing: int, distinct: int) -> Dict[str, Any]:
    import numpy

    lengths = summarize_numbers(numpy.array([len(str(each)) for each in texts]))
    return {"type": "text", "count": len(texts), "missing": missing, "distinct": distinct, "length": lengths}


def _categories(kind: str, values: List[Any], missing: int) -> Dict[str, Any]:
    from collections import Counter

    counted = Counter(values)
    found: Dict[str, Any] = {"type": kind, "count": len(values), "missing": missing, "distinct": len(counted)}
    found.update(_ranked(list(counted.items())))
    return found


def _ranked(counted: List[Tuple[Any, int]]) -> Dict[str, Any]:
    """Return the most frequent values, by name where they are equally frequent, and how many are none of them."""
    order = sorted(counted, key=lambda each: (-each[1], str(each[0])))
    kept = [[value[:LABEL] if isinstance(value, str) else value, count] for value, count in order[:CATEGORIES]]
    return {"categories": kept, "other": sum(count for _, count in order[CATEGORIES:])}

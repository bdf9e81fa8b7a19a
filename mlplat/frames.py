"""Runs as a table. In: runs. Out: a data frame of pandas, which must be there."""

from __future__ import annotations

from typing import Any, Dict, List

from mlplat.entities import Run
from mlplat.exceptions import BAD_STATE, MlplatException

ATTRIBUTES = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")


def frame_of_runs(runs: List[Run]) -> Any:
    """Make a data frame with one row a run.

    Its columns are ATTRIBUTES, `metrics.<key>` (floats, NaN where there is none), `params.<key>` and `tags.<key>`
    (texts, None where there is none); times are in UTC.

    Raises:
        MlplatException: pandas is not installed here.
    """
    try:
        import pandas
    except ImportError as error:
        raise MlplatException(
            "output_format='pandas' needs pandas, which is not installed here; leave it out for a list", BAD_STATE
        ) from error
    columns: Dict[str, List[Any]] = {name: [getattr(run.info, name) for run in runs] for name in ATTRIBUTES}
    for name in ("start_time", "end_time"):
        columns[name] = pandas.to_datetime(columns[name], unit="ms", utc=True)
    for kind, default in (("metrics", float("nan")), ("params", None), ("tags", None)):
        keys = sorted({key for run in runs for key in getattr(run.data, kind)})
        for key in keys:
            columns[f"{kind}.{key}"] = [getattr(run.data, kind).get(key, default) for run in runs]
    return pandas.DataFrame(columns)

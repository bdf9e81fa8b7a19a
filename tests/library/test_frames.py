"""Data frames and arrays, by the real pandas and numpy."""

import os
from pathlib import Path
from typing import Any

import mlplat

PROGRAM = """
import sys, warnings
warnings.simplefilter("error")
import numpy, pandas
import mlplat
from mlplat.entities import Run, RunData, RunInfo
from mlplat.frames import frame_of_runs

info = RunInfo("a" * 32, "0", "u", "FINISHED", 1_700_000_000_000, None, "active", "mlflow-artifacts:/0/a/artifacts")
frame = frame_of_runs([Run(info, RunData({"m": 1.5}, {"p": "x"})), Run(info, RunData({}, {}, {"t": "y"}))])
assert list(frame.columns) == [
    "run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time", "metrics.m", "params.p", "tags.t"
], list(frame.columns)
assert str(frame["start_time"][0]) == "2023-11-14 22:13:20+00:00" and pandas.isna(frame["end_time"][0])
assert frame["metrics.m"].tolist()[0] == 1.5 and pandas.isna(frame["metrics.m"][1])
assert frame["params.p"].tolist() == ["x", None] or pandas.isna(frame["params.p"][1])
assert len(frame_of_runs([])) == 0

data = pandas.DataFrame({"a": [1, 2], "b": ["x", None]})
one = mlplat.data.from_pandas(data, source="data.csv", targets="b")
assert one.digest == mlplat.data.from_pandas(data.copy()).digest
assert one.digest != mlplat.data.from_pandas(data.assign(a=[1, 3])).digest
array = mlplat.data.from_numpy(numpy.arange(6).reshape(2, 3))
assert array.digest != mlplat.data.from_numpy(numpy.arange(6).reshape(3, 2)).digest
try:
    mlplat.data.from_pandas(data, targets="none")
    sys.exit("a column that is not there")
except mlplat.MlplatException:
    pass
"""


def test_frames_and_arrays(script: Any, frameworks_python: str) -> None:
    surroundings = {**os.environ, "PYTHONPATH": str(Path(mlplat.__file__).parent.parent)}
    result = script(PROGRAM, python=frameworks_python, env=surroundings)
    assert result.returncode == 0, result.stderr

"""Metrics of an `mlruns/` folder. In: a folder of metric files. Out: points, in stretches.

A file holds one metric, a point a line: `timestamp value step`, without the step before MLflow 1.0. Of a run, the
dataset's name and digest may follow; of a logged model, the run's id and then those two. The name may hold spaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mlplat_cli.entities import Metric
from mlplat_cli.importing.meta_file import keyed_files
from mlplat_cli.importing.source import POINTS_AT_ONCE, Complaints

_WITHOUT_STEP, _PLAIN = 2, 3
_DATASET = 2


def read_points(folder: Path, complain: Complaints) -> Iterator[Sequence[Metric]]:
    """Every point below a run's `metrics/`."""
    gathered: list[Metric] = []
    for key, path in keyed_files(folder):
        for point in _read(path, key, None, complain):
            gathered.append(point)
            if len(gathered) >= POINTS_AT_ONCE:
                yield gathered
                gathered = []
    if gathered:
        yield gathered


def read_model_points(folder: Path, model_id: str, complain: Complaints) -> list[Metric]:
    """Every point below a logged model's `metrics/`."""
    return [point for key, path in keyed_files(folder) for point in _read(path, key, model_id, complain)]


def _read(path: Path, key: str, model_id: str | None, complain: Complaints) -> Iterator[Metric]:
    try:
        with path.open(encoding="utf-8") as lines:
            for line, text in enumerate(lines, start=1):
                words = text.rstrip("\n").split(" ")
                try:
                    yield _point(words, key, model_id)
                except (ValueError, IndexError):
                    if text.strip():
                        complain(f"{path}:{line}: {text.strip()[:80]!r} is no point of a metric")
    except (OSError, UnicodeDecodeError) as error:
        complain(f"{path}: {getattr(error, 'strerror', None) or 'it is no text'}")


def _point(words: Sequence[str], key: str, model_id: str | None) -> Metric:
    if len(words) == _PLAIN:
        return Metric(key, float(words[1]), int(words[0]), int(words[2]), model_id)
    if len(words) == _WITHOUT_STEP:
        return Metric(key, float(words[1]), int(words[0]), 0, model_id)
    about = [word for word in words[_PLAIN:] if word]
    if model_id is not None:
        about = about[1:]  # the run's id
    name, digest = (" ".join(about[:-1]), about[-1]) if len(about) >= _DATASET else (None, None)
    return Metric(key, float(words[1]), int(words[0]), int(words[2]), model_id, name, digest)

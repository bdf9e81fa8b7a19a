"""Answers what a page asks below `/api/1`; nothing is changed."""

from __future__ import annotations

from pathlib import Path

from mlplat_cli.artifacts import open_location
from mlplat_cli.errors import InvalidInputError, NotFoundError, NotSupportedError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.enums import view_type
from mlplat_cli.wire.messages.view import (
    ColumnsResponse,
    CountResponse,
    CountRuns,
    GetColumns,
    GetOutput,
    GetSeries,
    OutputResponse,
    SeriesResponse,
    series_response,
)

OUTPUT_ARTIFACT = "mlplat/output.log"
"""Where `mlplat run` keeps a project's output, below the run's artifacts (`launch.output`)."""

OUTPUT_BYTES = 1 << 20
_LONGEST_CHARACTER = 4


def metric_series(service: Service, request: GetSeries) -> SeriesResponse:
    """Return curves."""
    for name, wanted in (("run_ids", request.run_ids), ("keys", request.keys)):
        if not wanted:
            raise InvalidInputError(f"required parameter '{name}' is missing")
    curves = len(set(request.run_ids)) * len(set(request.keys))
    if curves > limits.CHART_SERIES:
        raise InvalidInputError(
            f"{len(set(request.run_ids))} runs with {len(set(request.keys))} metrics are {curves} curves, "
            f"at most {limits.CHART_SERIES} are allowed",
            hint="send several requests",
        )
    chart = service.store.metric_series(
        [limits.run_id(run_id) for run_id in request.run_ids],
        request.keys,
        axis=request.axis,
        start=request.start,
        end=request.end,
        pixels=limits.pixels(request.pixels),
    )
    return series_response(chart)


def columns_in_use(service: Service, request: GetColumns) -> ColumnsResponse:
    """Return which keys runs have."""
    if not request.experiment_id:
        raise InvalidInputError("required parameter 'experiment_id' is missing")
    found = service.store.columns_in_use([limits.experiment_id(item) for item in request.experiment_id])
    return ColumnsResponse(runs=found.runs, metrics=found.metrics, params=found.params, tags=found.tags)


def count_runs(service: Service, request: CountRuns) -> CountResponse:
    """Return how many runs there are; no experiment means no run."""
    experiment_ids = [limits.experiment_id(item) for item in request.experiment_ids]
    view = view_type(request.run_view_type)
    return CountResponse(count=service.store.count_runs(experiment_ids, filter=request.filter or None, view=view))


def run_output(service: Service, request: GetOutput) -> OutputResponse:
    """Return a part of a run's output; NotFoundError when none was kept."""
    if not 1 <= request.limit <= OUTPUT_BYTES:
        raise InvalidInputError(f"invalid value {request.limit} for parameter 'limit': it must be 1 to {OUTPUT_BYTES}")
    run = service.store.get_run(limits.run_id(request.run_id))
    path = open_location(run.info.artifact_uri, service.home).local_path(OUTPUT_ARTIFACT)
    if path is None:
        raise NotSupportedError("artifacts that do not lie on this machine are not answered by this version of mlplat")
    if not path.is_file():
        raise NotFoundError(f"run {run.info.run_name} has no recorded output")
    return _part(path, request.offset, request.limit)


def _part(path: Path, offset: int, limit: int) -> OutputResponse:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        start = min(offset, size) if offset >= 0 else max(0, size + offset)
        stream.seek(start)
        found = stream.read(limit)
    if offset < 0:
        whole = found.lstrip(_CONTINUATIONS) if start else found
        start, found = start + len(found) - len(whole), whole
    if start + len(found) < size or len(found) == limit:
        found = found[: _end_of_characters(found)]
    return OutputResponse(text=found.decode("utf-8", "replace"), start=start, end=start + len(found), size=size)


_CONTINUATIONS = bytes(range(0x80, 0xC0))
_FIRST_OF_SEVERAL = 0xC0


def _end_of_characters(content: bytes) -> int:
    """Return where the last whole UTF-8 character ends; the content's end where there is no such place nearby."""
    for back in range(1, min(_LONGEST_CHARACTER, len(content) - 1) + 1):
        if content[-back] >= _FIRST_OF_SEVERAL:
            length = 2 if content[-back] < 0xE0 else 3 if content[-back] < 0xF0 else 4  # noqa: PLR2004 - UTF-8's own
            return len(content) - (back if length > back else 0)
    return len(content)

"""The lines below `/api/1` that a page looks through; none of them changes anything."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import OWN, Endpoint, Reads
from mlplat_cli.wire.messages import change, view

VIEWS: tuple[Endpoint, ...] = (
    Endpoint("POST", f"{OWN}/series", view.GetSeries, view.SeriesResponse, "metric_series", Reads.ALL),
    Endpoint("GET", f"{OWN}/columns", view.GetColumns, view.ColumnsResponse, "columns_in_use", Reads.ALL),
    Endpoint("POST", f"{OWN}/runs/count", view.CountRuns, view.CountResponse, "count_runs", Reads.ALL),
    Endpoint("GET", f"{OWN}/runs/output", view.GetOutput, view.OutputResponse, "run_output", Reads.RUN),
    Endpoint("GET", f"{OWN}/changes", change.GetChanges, change.ChangesResponse, "changed_runs", Reads.ALL),
    Endpoint("POST", f"{OWN}/runs/states", change.GetRunStates, change.RunStatesResponse, "run_states", Reads.ALL),
)

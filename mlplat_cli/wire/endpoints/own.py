"""The lines of a store that MLflow's protocol cannot say."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import OWN, Endpoint, Reads
from mlplat_cli.wire.messages import journal, own
from mlplat_cli.wire.messages.empty import EmptyRequest
from mlplat_cli.wire.messages.run import RunId

OWN_LINES: tuple[Endpoint, ...] = (
    Endpoint("GET", f"{OWN}/runs/metric-summaries", RunId, own.MetricSummariesResponse, "metric_summaries", Reads.RUN),
    Endpoint("GET", f"{OWN}/runs/param-conflicts", RunId, own.ParamConflictsResponse, "param_conflicts", Reads.RUN),
    Endpoint("GET", f"{OWN}/runs/unfinished", EmptyRequest, own.UnfinishedRunsResponse, "unfinished_runs", Reads.ALL),
    Endpoint("GET", f"{OWN}/journals/offset", journal.JournalName, journal.JournalOffset, "journal_offset"),
    Endpoint("POST", f"{OWN}/journals/apply", journal.ApplyJournal, journal.ApplyJournalResponse, "apply_journal"),
)

"""Answers what MLflow's protocol cannot say."""

from __future__ import annotations

from mlplat_cli.server.answers.run_answers import named_run
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyRequest
from mlplat_cli.wire.messages.journal import ApplyJournal, ApplyJournalResponse, JournalName, JournalOffset
from mlplat_cli.wire.messages.own import (
    MetricSummariesResponse,
    ParamConflictsResponse,
    UnfinishedRunsResponse,
    summary_message,
)
from mlplat_cli.wire.messages.run import RunId, run_info_message


def metric_summaries(service: Service, request: RunId) -> MetricSummariesResponse:
    """Return every metric of a run at a glance."""
    found = service.store.metric_summaries(named_run(request))
    return MetricSummariesResponse(summaries=tuple(summary_message(summary) for _, summary in found))


def param_conflicts(service: Service, request: RunId) -> ParamConflictsResponse:
    """Return the values that were refused."""
    return ParamConflictsResponse(conflicts=tuple(service.store.param_conflicts(named_run(request))))


def unfinished_runs(service: Service, request: EmptyRequest) -> UnfinishedRunsResponse:
    """Return the runs that somebody keeps alive."""
    return UnfinishedRunsResponse(runs=tuple(run_info_message(run) for run in service.store.unfinished_runs()))


def journal_offset(service: Service, request: JournalName) -> JournalOffset:
    """Return the bytes of a journal that are applied."""
    return JournalOffset(service.store.journal_offset(limits.journal(request.journal)))


def apply_journal(service: Service, request: ApplyJournal) -> ApplyJournalResponse:
    """Apply records of a journal, once."""
    applied = service.store.apply_journal(
        limits.journal(request.journal),
        limits.run_id(request.run_id),
        start=request.start,
        end=request.end,
        records=request.records,
    )
    return ApplyJournalResponse(applied=applied)

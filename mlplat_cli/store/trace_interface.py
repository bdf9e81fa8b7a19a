"""What a store answers about traces. In: typed calls. Out: frozen entities; errors of `mlplat_cli.errors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import (
    Assessment,
    Page,
    PromptVersion,
    Span,
    Tag,
    Trace,
    TraceCorrelation,
    TraceFigures,
    TraceInfo,
    TraceQuestion,
)


class TraceStore(Protocol):
    """Traces and their spans.

    What is known of a trace comes from `put_trace`, from its spans, or from both in either order, with one result:
    what `put_trace` says counts, and the spans fill in what it leaves open.
    """

    def put_trace(self, info: TraceInfo) -> TraceInfo:
        """Add a trace, or add to one that is known; tags and metadata are merged, assessments are not looked at.

        NotFoundError when there is no such experiment.
        """
        ...

    def log_spans(
        self, experiment_id: str, spans: Sequence[Span], *, tags: Sequence[Tag] = (), run_id: str | None = None
    ) -> None:
        """Add spans of any traces, all or nothing; one that is known is overwritten.

        Args:
            experiment_id: where traces go that are not known yet.
            tags: of these traces, where they have none of that name.
            run_id: a run that the traces belong to.
        """
        ...

    def get_trace_info(self, trace_id: str) -> TraceInfo:
        """Look one up; NotFoundError when there is none."""
        ...

    def get_trace(self, trace_id: str) -> Trace:
        """Look one up with its spans; NotFoundError when there is none."""
        ...

    def trace_infos(self, trace_ids: Sequence[str]) -> Sequence[TraceInfo]:
        """Look several up, in that order; those that are not there are left out."""
        ...

    def traces(self, trace_ids: Sequence[str]) -> Sequence[Trace]:
        """Look several up with their spans, in that order; those that are not there are left out."""
        ...

    def search_traces(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[TraceInfo]:
        """Find traces, newest first unless ordered otherwise; FilterError for a bad filter."""
        ...

    def trace_metrics(
        self, question: TraceQuestion, *, max_results: int = 1000, page_token: str | None = None
    ) -> Page[TraceFigures]:
        """Answer with figures, by time and dimensions; InvalidInputError for a metric or dimension there is not."""
        ...

    def correlate_traces(
        self, experiment_ids: Sequence[str], first: str, second: str, *, base: str | None = None
    ) -> TraceCorrelation:
        """Count what two filters find among the traces that a third one finds; FilterError for a bad filter."""
        ...

    def delete_traces(
        self,
        experiment_id: str,
        *,
        trace_ids: Sequence[str] | None = None,
        max_timestamp: int | None = None,
        max_traces: int | None = None,
    ) -> int:
        """Remove traces of an experiment with all that belongs to them; those that are not there count for nothing.

        Args:
            trace_ids: which, or else
            max_timestamp: those that began at that time (ms) or earlier, the oldest first; max_traces: at most so many.

        Returns:
            How many were removed.
        """
        ...

    def set_trace_tag(self, trace_id: str, tag: Tag) -> None:
        """Set or overwrite a tag; NotFoundError when there is no such trace."""
        ...

    def delete_trace_tag(self, trace_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        ...

    def link_traces_to_run(self, trace_ids: Sequence[str], run_id: str) -> None:
        """Say that traces belong to a run; NotFoundError when the run or a trace is not there."""
        ...

    def link_prompts_to_trace(self, trace_id: str, prompts: Sequence[PromptVersion]) -> None:
        """Say which prompts a trace used; NotFoundError when there is no such trace."""
        ...


class AssessmentStore(Protocol):
    """Assessments of traces."""

    def create_assessment(self, assessment: Assessment) -> Assessment:
        """Add one, with a new id; what it overrides is no longer valid. NotFoundError for trace or overridden."""
        ...

    def get_assessment(self, trace_id: str, assessment_id: str) -> Assessment:
        """Look one up; NotFoundError when there is none."""
        ...

    def update_assessment(self, assessment: Assessment) -> Assessment:
        """Overwrite name, value, error, rationale, metadata and validity of the one with that id.

        NotFoundError when there is none.
        """
        ...

    def delete_assessment(self, trace_id: str, assessment_id: str) -> None:
        """Remove one, if it is there; what it had overridden is valid again."""
        ...

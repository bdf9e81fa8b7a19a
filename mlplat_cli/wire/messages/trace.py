"""Requests and responses of `traces`, as clients of MLflow 3 speak."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import PromptVersion, Tag, Trace, TraceInfo, TraceState
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire import limits
from mlplat_cli.wire.codec import Int64
from mlplat_cli.wire.messages.assessment import AssessmentMessage, assessment_message
from mlplat_cli.wire.messages.span import SpanMessage, span_messages
from mlplat_cli.wire.times import duration, shown_duration, shown_timestamp, timestamp

EXPERIMENT_LOCATION = "MLFLOW_EXPERIMENT"


class ExperimentLocation(Struct, kw_only=True, frozen=True):
    """An experiment."""

    experiment_id: str = ""


class TraceLocation(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Where a trace is kept; only experiments are known."""

    type: str | int | None = None
    mlflow_experiment: ExperimentLocation | None = None


class TraceInfoMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What is known of a trace as a whole."""

    trace_id: str
    client_request_id: str | None = None
    trace_location: TraceLocation | None = None
    request_time: str | None = None
    execution_duration: str | None = None
    state: str | int | None = None
    trace_metadata: dict[str, str] = {}
    assessments: tuple[AssessmentMessage, ...] = ()
    tags: dict[str, str] = {}
    request_preview: str | None = None
    response_preview: str | None = None


class TraceMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A trace, with its spans where they were asked for."""

    trace_info: TraceInfoMessage
    spans: tuple[SpanMessage, ...] = ()


class StartTrace(Struct, kw_only=True, frozen=True):
    """Tell of a trace; that it has begun, or how it ended."""

    trace: TraceMessage


class TraceId(Struct, kw_only=True, frozen=True):
    """Name a trace."""

    trace_id: str


class GetTrace(Struct, kw_only=True, frozen=True):
    """Ask for a trace with its spans; unless a part will do, for all of them."""

    trace_id: str
    allow_partial: bool = True


class TraceIds(Struct, kw_only=True, frozen=True):
    """Name several traces."""

    trace_ids: tuple[str, ...] = ()
    experiment_ids: tuple[str, ...] = ()


class SearchTraces(Struct, kw_only=True, frozen=True):
    """Find traces."""

    locations: tuple[TraceLocation, ...]
    filter: str = ""
    max_results: Int64 = 100
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class SetTraceTag(Struct, kw_only=True, frozen=True):
    """Set a tag."""

    trace_id: str
    key: str
    value: str = ""


class DeleteTraceTag(Struct, kw_only=True, frozen=True):
    """Remove a tag."""

    trace_id: str
    key: str


class DeleteTraces(Struct, kw_only=True, frozen=True):
    """Remove traces: those named, or all up to a time."""

    experiment_id: str
    max_timestamp_millis: Int64 | None = None
    max_traces: Int64 | None = None
    request_ids: tuple[str, ...] = ()


class LinkTracesToRun(Struct, kw_only=True, frozen=True):
    """Say that traces belong to a run."""

    run_id: str
    trace_ids: tuple[str, ...] = ()


class LinkPromptsToTrace(Struct, kw_only=True, frozen=True):
    """Say which prompts a trace used."""

    trace_id: str
    prompt_versions: tuple[PromptVersion, ...] = ()


class TraceResponse(Struct, kw_only=True, frozen=True):
    """One trace."""

    trace: TraceMessage


class TracesResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Several traces."""

    traces: tuple[TraceMessage, ...] = ()


class TraceInfosResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What is known of several traces."""

    trace_infos: tuple[TraceInfoMessage, ...] = ()


class SearchTracesResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of traces, without their spans."""

    traces: tuple[TraceInfoMessage, ...] = ()
    next_page_token: str | None = None


class DeleteTracesResponse(Struct, kw_only=True, frozen=True):
    """How many traces were removed."""

    traces_deleted: int = 0


def location_of(experiment_id: str) -> TraceLocation:
    """Name an experiment as a place of traces."""
    return TraceLocation(type=EXPERIMENT_LOCATION, mlflow_experiment=ExperimentLocation(experiment_id=experiment_id))


def experiment_of(location: TraceLocation | None) -> str:
    """Return the experiment that a location names; InvalidInputError when it is none."""
    if location is None or location.mlflow_experiment is None:
        raise InvalidInputError("a trace's location must be an experiment: {'mlflow_experiment': {'experiment_id': …}}")
    return limits.experiment_id(location.mlflow_experiment.experiment_id)


def trace_info_message(info: TraceInfo) -> TraceInfoMessage:
    """Show what is known of a trace."""
    return TraceInfoMessage(
        trace_id=info.trace_id,
        client_request_id=info.client_request_id,
        trace_location=location_of(info.experiment_id),
        request_time=shown_timestamp(info.request_time),
        execution_duration=None if info.execution_duration is None else shown_duration(info.execution_duration),
        state=info.state.value,
        trace_metadata={tag.key: tag.value for tag in info.trace_metadata},
        assessments=tuple(assessment_message(each) for each in info.assessments),
        tags={tag.key: tag.value for tag in info.tags},
        request_preview=info.request_preview,
        response_preview=info.response_preview,
    )


def trace_message(trace: Trace) -> TraceMessage:
    """Show a trace with its spans."""
    return TraceMessage(trace_info=trace_info_message(trace.info), spans=span_messages(trace.spans))


def read_trace_info(message: TraceInfoMessage) -> TraceInfo:
    """Take from a client what it says of a trace."""
    return TraceInfo(
        trace_id=limits.trace_id(message.trace_id),
        experiment_id=experiment_of(message.trace_location),
        request_time=timestamp("trace_info.request_time", limits.required("request_time", message.request_time or "")),
        execution_duration=(
            duration("trace_info.execution_duration", message.execution_duration)
            if message.execution_duration
            else None
        ),
        state=trace_state(message.state),
        client_request_id=limits.text("client_request_id", message.client_request_id, limits.CLIENT_REQUEST_ID_LENGTH),
        request_preview=message.request_preview,
        response_preview=message.response_preview,
        trace_metadata=tuple(limits.trace_tag("metadata", Tag(*pair)) for pair in message.trace_metadata.items()),
        tags=tuple(limits.trace_tag("tag", Tag(*pair)) for pair in message.tags.items()),
    )


_STATES = tuple(TraceState)


def trace_state(given: str | int | None) -> TraceState:
    """Read a state by name or number; none means that nothing is said."""
    if given is None:
        return TraceState.UNSPECIFIED
    names = {state.value: state for state in _STATES} | {str(number): state for number, state in enumerate(_STATES)}
    found = names.get(str(given))
    if found is None:
        raise InvalidInputError(
            f"invalid value {given!r} for parameter 'state': it must be one of "
            f"{', '.join(state.value for state in _STATES)}"
        )
    return found

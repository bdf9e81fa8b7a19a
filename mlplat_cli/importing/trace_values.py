"""Traces as MLflow writes them, made ours. In: JSON or YAML of a trace, a span or an assessment. Out: entities.

MLflow 3 writes ids in base64 and times as `2026-01-31T10:00:00.000Z`; MLflow 2 wrote ids as `0x…` and times as numbers.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mlplat_cli.entities import (
    Assessment,
    AssessmentError,
    AssessmentKind,
    AssessmentSource,
    Span,
    SpanEvent,
    SpanLink,
    SpanStatus,
    TraceInfo,
    TraceState,
)
from mlplat_cli.importing import values
from mlplat_cli.wire.otlp.conventions import span_type

SESSION = "mlflow.trace.session"
SPANS_FILE = "traces.json"
"""The file with a trace's spans, where the store itself has none."""

_HEX_DIGITS = 16


def read_info(
    given: Mapping[str, Any], experiment_id: str, tags: Mapping[str, Any], metadata: Mapping[str, Any]
) -> TraceInfo:
    """Read what is known of a trace; KeyError or ValueError when it says too little or what cannot be."""
    duration = given.get("execution_duration_ms", given.get("execution_time_ms"))
    if isinstance(given.get("execution_duration"), str):
        duration = round(float(given["execution_duration"].rstrip("s")) * 1000)
    return TraceInfo(
        trace_id=str(given.get("trace_id") or given["request_id"]),
        experiment_id=experiment_id,
        request_time=moment(given.get("request_time", given.get("timestamp_ms"))),
        state=trace_state(given.get("state") or given.get("status")),
        execution_duration=None if duration is None else int(duration),
        client_request_id=values.optional_text(given.get("client_request_id")),
        request_preview=given.get("request_preview"),
        response_preview=given.get("response_preview"),
        tags=values.tags(tags),
        trace_metadata=values.tags(metadata),
    )


def trace_state(value: Any) -> TraceState:
    """Translate a state; one that nobody knows says nothing."""
    try:
        return TraceState(values.text(value))
    except ValueError:
        return TraceState.UNSPECIFIED


def moment(value: Any) -> int:
    """Return a time in ms."""
    if isinstance(value, str) and not value.isdigit():
        return round(datetime.fromisoformat(value).timestamp() * 1000)
    return values.whole(value)


def read_spans(trace_id: str, text: str | bytes) -> tuple[Span, ...]:
    """Read the JSON of a trace's spans; KeyError, TypeError or ValueError when it is none."""
    found = json.loads(text)
    spans: Sequence[Mapping[str, Any]] = found["spans"] if isinstance(found, dict) else found
    return tuple(read_span(trace_id, each) for each in spans)


def read_span(trace_id: str, given: Mapping[str, Any]) -> Span:
    """Read one span; KeyError, TypeError or ValueError when it is none."""
    attributes = dict(given.get("attributes") or {})
    status = given.get("status") or {}
    parent = given.get("parent_span_id") or given.get("parent_id")
    return Span(
        trace_id=trace_id,
        span_id=_identity(given.get("span_id") or given["context"]["span_id"]),
        parent_id=_identity(parent) if parent else None,
        name=str(given["name"]),
        start_time_ns=int(given.get("start_time_unix_nano") or given["start_time"]),
        end_time_ns=values.moment(given.get("end_time_unix_nano") or given.get("end_time")),
        type=span_type(attributes),
        status=_span_status(status.get("code") or given.get("status_code")),
        status_message=values.text(status.get("message") or given.get("status_message")),
        attributes=attributes,
        events=tuple(
            SpanEvent(
                name=str(event["name"]),
                time_ns=values.whole(event.get("time_unix_nano") or event.get("timestamp")),
                attributes=event.get("attributes") or {},
            )
            for event in given.get("events") or ()
        ),
        links=tuple(
            SpanLink(
                trace_id=_digits(link["trace_id"]),
                span_id=_identity(link["span_id"]),
                attributes=link.get("attributes") or {},
            )
            for link in given.get("links") or ()
        ),
    )


def _identity(value: str) -> str:
    digits = _digits(value).rjust(_HEX_DIGITS, "0")
    if len(digits) != _HEX_DIGITS:
        raise ValueError(f"{value!r} is no id of a span")
    return digits


def _digits(value: str) -> str:
    value = str(value).removeprefix("tr-")
    if value.startswith("0x"):
        return value[2:].lower()
    try:
        int(value, 16)
    except ValueError:
        return b64decode(value, validate=True).hex()
    return value.lower()


def _span_status(value: Any) -> SpanStatus:
    code = values.text(value).removeprefix("STATUS_CODE_")
    return SpanStatus(code) if code in SpanStatus.__members__ else SpanStatus.UNSET


def read_assessment(trace_id: str, given: Mapping[str, Any]) -> Assessment:
    """Read one assessment; KeyError or ValueError when it says too little or what cannot be."""
    expected = given.get("expectation")
    feedback = given.get("feedback") or {}
    serialized = (expected or {}).get("serialized_value")
    value = serialized["value"] if serialized else json.dumps((expected or feedback).get("value"))
    source = given.get("source") or {}
    return Assessment(
        trace_id=trace_id,
        name=str(given["assessment_name"]),
        kind=AssessmentKind.FEEDBACK if expected is None else AssessmentKind.EXPECTATION,
        assessment_id=str(given["assessment_id"]),
        value=value,
        serialized=serialized is not None,
        error=_assessment_error(feedback.get("error")),
        source_type=assessment_source(source.get("source_type")),
        source_id=values.text(source.get("source_id")),
        span_id=values.optional_text(given.get("span_id")),
        rationale=values.optional_text(given.get("rationale")),
        metadata=values.tags(given.get("metadata") or {}),
        create_time=moment(given.get("create_time")),
        last_update_time=moment(given.get("last_update_time")),
        overrides=values.optional_text(given.get("overrides")),
        valid=given.get("valid", True) is not False,
    )


def _assessment_error(given: Any) -> AssessmentError | None:
    if not given:
        return None
    return AssessmentError(
        error_code=values.text(given.get("error_code")),
        error_message=values.text(given.get("error_message")),
        stack_trace=values.text(given.get("stack_trace")),
    )


def read_assessment_row(row: Mapping[str, Any]) -> Assessment:
    """Read a row of MLflow's table of assessments; KeyError or ValueError as above."""
    kind = AssessmentKind(values.text(row["assessment_type"]).lower())
    value = values.text(row["value"]) or "null"
    return Assessment(
        trace_id=row["trace_id"],
        name=row["name"],
        kind=kind,
        assessment_id=row["assessment_id"],
        value=value,
        # What is no text, number or truth value travels as a text in its own right.
        serialized=kind is AssessmentKind.EXPECTATION and value[:1] in ("{", "["),
        error=_assessment_error(json.loads(row["error"])) if row["error"] else None,
        source_type=assessment_source(row["source_type"]),
        source_id=values.text(row["source_id"]),
        span_id=values.optional_text(row["span_id"]),
        rationale=values.optional_text(row["rationale"]),
        metadata=values.tags(json.loads(row["assessment_metadata"] or "{}")),
        create_time=values.whole(row["created_timestamp"]),
        last_update_time=values.whole(row["last_updated_timestamp"]),
        overrides=values.optional_text(row["overrides"]),
        valid=bool(row["valid"]) if row["valid"] is not None else True,
    )


def assessment_source(value: Any) -> AssessmentSource:
    """Translate who assessed; the one name that changed is known by both."""
    name = values.text(value).replace("AI_JUDGE", "LLM_JUDGE")
    return AssessmentSource(name) if name in AssessmentSource.__members__ else AssessmentSource.UNSPECIFIED

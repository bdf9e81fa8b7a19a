"""Requests and responses of a trace's assessments."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from mlplat_cli.entities import Assessment, AssessmentError, AssessmentKind, AssessmentSource, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire import limits
from mlplat_cli.wire.times import shown_timestamp, timestamp

JSON_FORMAT = "JSON_FORMAT"


class SourceMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Who assessed; the type by name or number."""

    source_type: str | int | None = None
    source_id: str = ""


class ErrorMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Why there is no value."""

    error_code: str = ""
    error_message: str = ""
    stack_trace: str = ""


class FeedbackMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """How good something was."""

    value: Any | UnsetType = UNSET
    error: ErrorMessage | None = None


class SerializedMessage(Struct, kw_only=True, frozen=True):
    """A value as a text of its own."""

    serialization_format: str = JSON_FORMAT
    value: str = "null"


class ExpectationMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What something should have been."""

    value: Any | UnsetType = UNSET
    serialized_value: SerializedMessage | None = None


class AssessmentMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An assessment."""

    assessment_id: str = ""
    assessment_name: str = ""
    trace_id: str = ""
    span_id: str | None = None
    source: SourceMessage | None = None
    create_time: str | None = None
    last_update_time: str | None = None
    feedback: FeedbackMessage | None = None
    expectation: ExpectationMessage | None = None
    rationale: str | None = None
    error: ErrorMessage | None = None
    metadata: dict[str, str] = {}
    overrides: str | None = None
    valid: bool | None = None


class CreateAssessment(Struct, kw_only=True, frozen=True):
    """Add an assessment."""

    trace_id: str
    assessment: AssessmentMessage


class AssessmentId(Struct, kw_only=True, frozen=True):
    """Name an assessment: get and delete."""

    trace_id: str
    assessment_id: str


class UpdateAssessment(Struct, kw_only=True, frozen=True):
    """Change what the mask names, separated by commas: assessmentName, feedback, expectation, rationale, metadata."""

    trace_id: str
    assessment_id: str
    assessment: AssessmentMessage
    update_mask: str


class AssessmentResponse(Struct, kw_only=True, frozen=True):
    """One assessment."""

    assessment: AssessmentMessage


def assessment_message(assessment: Assessment, *, made: bool = True) -> AssessmentMessage:
    """Show an assessment; one that is not made yet has times only if somebody gave them."""
    is_feedback = assessment.kind is AssessmentKind.FEEDBACK
    return AssessmentMessage(
        assessment_id=assessment.assessment_id,
        assessment_name=assessment.name,
        trace_id=assessment.trace_id,
        span_id=assessment.span_id,
        source=SourceMessage(source_type=assessment.source_type.value, source_id=assessment.source_id),
        create_time=shown_timestamp(assessment.create_time) if made or assessment.create_time else None,
        last_update_time=(
            shown_timestamp(assessment.last_update_time) if made or assessment.last_update_time else None
        ),
        feedback=_shown_feedback(assessment) if is_feedback else None,
        expectation=None if is_feedback else _shown_expectation(assessment),
        rationale=assessment.rationale,
        metadata={tag.key: tag.value for tag in assessment.metadata},
        overrides=assessment.overrides,
        valid=assessment.valid,
    )


def read_assessment(trace_id: str, message: AssessmentMessage) -> Assessment:
    """Take an assessment of a trace from a client; InvalidInputError when it says neither what nor how."""
    if (message.feedback is None) == (message.expectation is None):
        raise InvalidInputError("an assessment needs either 'feedback' or 'expectation'")
    source = message.source or SourceMessage()
    value, serialized, error = read_value(message)
    return Assessment(
        assessment_id=message.assessment_id,
        trace_id=trace_id,
        kind=AssessmentKind.EXPECTATION if message.feedback is None else AssessmentKind.FEEDBACK,
        name=limits.assessment_name(message.assessment_name),
        value=value,
        serialized=serialized,
        error=error,
        source_type=_source_type(source.source_type),
        source_id=source.source_id,
        span_id=message.span_id,
        rationale=message.rationale,
        metadata=read_metadata(message),
        create_time=_time("create_time", message.create_time),
        last_update_time=_time("last_update_time", message.last_update_time),
        overrides=message.overrides or None,
        valid=message.valid is not False,
    )


def read_value(message: AssessmentMessage) -> tuple[str, bool, AssessmentError | None]:
    """Return the value as a JSON text, whether it came as one, and why there is none."""
    if message.feedback is not None:
        given = message.feedback.error or message.error
        return _text(message.feedback.value), False, _read_error(given) if given else None
    expected = message.expectation or ExpectationMessage()
    if expected.serialized_value is None:
        return _text(expected.value), False, None
    return expected.serialized_value.value, True, None


def read_metadata(message: AssessmentMessage) -> tuple[Tag, ...]:
    """Return the metadata of an assessment."""
    return tuple(Tag(*pair) for pair in message.metadata.items())


def _shown_feedback(assessment: Assessment) -> FeedbackMessage:
    return FeedbackMessage(
        value=msgspec.json.decode(assessment.value), error=_shown_error(assessment.error) if assessment.error else None
    )


def _shown_error(error: AssessmentError) -> ErrorMessage:
    return ErrorMessage(error_code=error.error_code, error_message=error.error_message, stack_trace=error.stack_trace)


def _read_error(error: ErrorMessage) -> AssessmentError:
    return AssessmentError(
        error_code=error.error_code, error_message=error.error_message, stack_trace=error.stack_trace
    )


def _shown_expectation(assessment: Assessment) -> ExpectationMessage:
    if assessment.serialized:
        return ExpectationMessage(serialized_value=SerializedMessage(value=assessment.value))
    return ExpectationMessage(value=msgspec.json.decode(assessment.value))


def _text(value: Any) -> str:
    return "null" if value is UNSET else msgspec.json.encode(value).decode()


_SOURCES = tuple(AssessmentSource)


def _source_type(given: str | int | None) -> AssessmentSource:
    if given is None:
        return AssessmentSource.UNSPECIFIED
    names = [source.value for source in _SOURCES]
    if given in names:
        return AssessmentSource(given)
    if given == "AI_JUDGE":  # its name before MLflow 3.0
        return AssessmentSource.LLM_JUDGE
    if str(given) in [str(number) for number in range(len(names))]:
        return _SOURCES[int(given)]
    raise InvalidInputError(
        f"invalid value {given!r} for parameter 'assessment.source.source_type': it must be one of {', '.join(names)}"
    )


def _time(name: str, text: str | None) -> int:
    return timestamp(f"assessment.{name}", text) if text else 0

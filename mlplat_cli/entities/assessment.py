"""What people, models and code think of a trace."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mlplat_cli.entities.tag import Tag


class AssessmentKind(StrEnum):
    """Feedback says how good an answer was, an expectation what it should have been."""

    FEEDBACK = "feedback"
    EXPECTATION = "expectation"


class AssessmentSource(StrEnum):
    """Who assessed."""

    UNSPECIFIED = "SOURCE_TYPE_UNSPECIFIED"
    HUMAN = "HUMAN"
    LLM_JUDGE = "LLM_JUDGE"
    CODE = "CODE"


class AssessmentError(Struct, frozen=True, kw_only=True):
    """Why a judge gave no value."""

    error_code: str = ""
    error_message: str = ""
    stack_trace: str = ""


class Assessment(Struct, frozen=True, kw_only=True):
    """One opinion about a trace or one of its spans.

    Args:
        assessment_id: `a-` and 32 hex digits; empty until a store gives one.
        value: JSON text, `null` where there is none; error: instead of a value, of feedback.
        serialized: whether an expectation's value travels as a JSON text in its own right.
        create_time, last_update_time: ms since the epoch.
        overrides: the assessment that this one replaces, which is then no longer valid.
    """

    trace_id: str
    name: str
    kind: AssessmentKind
    assessment_id: str = ""
    value: str = "null"
    serialized: bool = False
    error: AssessmentError | None = None
    source_type: AssessmentSource = AssessmentSource.UNSPECIFIED
    source_id: str = ""
    span_id: str | None = None
    rationale: str | None = None
    metadata: tuple[Tag, ...] = ()
    create_time: int = 0
    last_update_time: int = 0
    overrides: str | None = None
    valid: bool = True

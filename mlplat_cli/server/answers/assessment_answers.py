"""Answers `traces/{trace_id}/assessments`."""

from __future__ import annotations

from typing import Any

import msgspec

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.assessment import (
    AssessmentId,
    AssessmentMessage,
    AssessmentResponse,
    CreateAssessment,
    UpdateAssessment,
    assessment_message,
    read_assessment,
    read_metadata,
    read_value,
)
from mlplat_cli.wire.messages.empty import EmptyResponse

_MASKS = ("assessment_name", "feedback", "expectation", "rationale", "metadata", "valid")


def create_assessment(service: Service, request: CreateAssessment) -> AssessmentResponse:
    """Add an assessment; its id is the store's to give."""
    given = read_assessment(request.trace_id, request.assessment)
    made = service.store.create_assessment(msgspec.structs.replace(given, assessment_id=""))
    return AssessmentResponse(assessment=assessment_message(made))


def get_assessment(service: Service, request: AssessmentId) -> AssessmentResponse:
    """Look one up."""
    found = service.store.get_assessment(request.trace_id, request.assessment_id)
    return AssessmentResponse(assessment=assessment_message(found))


def update_assessment(service: Service, request: UpdateAssessment) -> AssessmentResponse:
    """Change what the mask names."""
    known = service.store.get_assessment(request.trace_id, request.assessment_id)
    changes: dict[str, Any] = {}
    for name in request.update_mask.split(","):
        changes |= _change(_plain(name.strip()), request.assessment)
    changed = service.store.update_assessment(msgspec.structs.replace(known, **changes))
    return AssessmentResponse(assessment=assessment_message(changed))


def delete_assessment(service: Service, request: AssessmentId) -> EmptyResponse:
    """Remove one."""
    service.store.delete_assessment(request.trace_id, request.assessment_id)
    return EmptyResponse()


def _plain(name: str) -> str:
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name.partition(".")[0])
    if plain not in _MASKS:
        raise InvalidInputError(
            f"invalid value {name!r} in 'update_mask': it must be one of assessmentName, {', '.join(_MASKS[1:])}"
        )
    return plain


def _change(name: str, given: AssessmentMessage) -> dict[str, Any]:
    match name:
        case "assessment_name":
            return {"name": limits.assessment_name(given.assessment_name)}
        case "rationale":
            return {"rationale": given.rationale}
        case "metadata":
            return {"metadata": read_metadata(given)}
        case "valid":
            return {"valid": given.valid is not False}
        case _:
            value, serialized, error = read_value(given)
            return {"value": value, "serialized": serialized, "error": error}

"""Assessments of traces behind a server. In: typed calls. Out: `Assessment` values."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Assessment, AssessmentKind
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import assessment as wire


class RestAssessments(RestPart):
    """Assessments of a REST store."""

    def create_assessment(self, assessment: Assessment) -> Assessment:
        """Add one, with a new id; what it overrides is no longer valid."""
        request = wire.CreateAssessment(
            trace_id=assessment.trace_id, assessment=wire.assessment_message(assessment, made=False)
        )
        return self._assessment("create_assessment", request, assessment.trace_id)

    def get_assessment(self, trace_id: str, assessment_id: str) -> Assessment:
        """Look one up."""
        request = wire.AssessmentId(trace_id=trace_id, assessment_id=assessment_id)
        return self._assessment("get_assessment", request, trace_id)

    def update_assessment(self, assessment: Assessment) -> Assessment:
        """Overwrite name, value, error, rationale, metadata and validity of the one with that id."""
        value = "feedback" if assessment.kind is AssessmentKind.FEEDBACK else "expectation"
        request = wire.UpdateAssessment(
            trace_id=assessment.trace_id,
            assessment_id=assessment.assessment_id,
            assessment=wire.assessment_message(assessment),
            update_mask=f"assessmentName,{value},rationale,metadata,valid",
        )
        return self._assessment("update_assessment", request, assessment.trace_id)

    def delete_assessment(self, trace_id: str, assessment_id: str) -> None:
        """Remove one, if it is there; what it had overridden is valid again."""
        self._call("delete_assessment", wire.AssessmentId(trace_id=trace_id, assessment_id=assessment_id))

    def _assessment(self, name: str, request: Struct, trace_id: str) -> Assessment:
        answer: wire.AssessmentResponse = self._call(name, request)
        return wire.read_assessment(trace_id, answer.assessment)

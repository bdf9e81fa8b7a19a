from __future__ import annotations

import re

import msgspec
import pytest

from mlplat_cli.entities import Assessment, AssessmentError, AssessmentKind, AssessmentSource, Tag
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.interface import Store
from tests.contract.traces import put


def feedback(value: str = "true", name: str = "good", **more: object) -> Assessment:
    fields: dict[str, object] = {"kind": AssessmentKind.FEEDBACK, "trace_id": "tr-1", **more}
    return Assessment(name=name, value=value, **fields)  # type: ignore[arg-type]


@pytest.fixture
def traced(store: Store) -> Store:
    put(store, "tr-1")
    put(store, "tr-2")
    return store


def test_an_assessment_comes_back_as_it_was(traced: Store) -> None:
    made = traced.create_assessment(
        feedback(
            "null",
            error=AssessmentError(error_code="E", error_message="m", stack_trace="t"),
            source_type=AssessmentSource.LLM_JUDGE,
            source_id="judge",
            span_id="ab",
            rationale="because",
            metadata=(Tag("a", "1"),),
            create_time=5,
        )
    )
    assert re.fullmatch("a-[0-9a-f]{32}", made.assessment_id)
    assert (made.create_time, made.last_update_time, made.valid) == (5, 5, True)
    assert traced.get_assessment("tr-1", made.assessment_id) == made
    assert traced.get_trace_info("tr-1").assessments == (made,)
    expected = traced.create_assessment(
        feedback('{"a": [1]}', kind=AssessmentKind.EXPECTATION, serialized=True, trace_id="tr-2")
    )
    assert traced.get_assessment("tr-2", expected.assessment_id) == expected


def test_changing_one(traced: Store) -> None:
    made = traced.create_assessment(feedback(create_time=5))
    changed = traced.update_assessment(
        msgspec.structs.replace(made, value="2.5", rationale="new", metadata=(Tag("b", "2"),), name="better")
    )
    assert (changed.value, changed.rationale, changed.metadata) == ("2.5", "new", (Tag("b", "2"),))
    assert changed.last_update_time > changed.create_time == 5
    assert traced.get_assessment("tr-1", made.assessment_id) == changed
    assert len(traced.search_traces(["0"], filter="feedback.better = 2.5").items) == 1


def test_overriding_and_taking_it_back(traced: Store) -> None:
    first = traced.create_assessment(feedback("true"))
    second = traced.create_assessment(feedback("false", overrides=first.assessment_id))
    assert not traced.get_assessment("tr-1", first.assessment_id).valid
    assert traced.search_traces(["0"], filter="feedback.good = 'true'").items == []
    assert len(traced.search_traces(["0"], filter="feedback.good = 'false'").items) == 1
    traced.delete_assessment("tr-1", second.assessment_id)
    assert traced.get_assessment("tr-1", first.assessment_id).valid
    traced.delete_assessment("tr-1", second.assessment_id)


def test_what_is_not_there(traced: Store) -> None:
    of_another = traced.create_assessment(feedback(trace_id="tr-2")).assessment_id
    missing = "^Assessment with ID '.*' not found for trace 'tr-1'$"
    for gone in ("a-x", of_another):
        with pytest.raises(NotFoundError, match=missing):
            traced.get_assessment("tr-1", gone)
        with pytest.raises(NotFoundError, match=missing):
            traced.update_assessment(feedback(assessment_id=gone))
        with pytest.raises(NotFoundError, match=missing):
            traced.create_assessment(feedback(overrides=gone))
        traced.delete_assessment("tr-1", gone)
    assert traced.get_trace_info("tr-1").assessments == ()
    assert traced.get_assessment("tr-2", of_another).valid
    for call in (traced.get_assessment, traced.delete_assessment):
        with pytest.raises(NotFoundError, match=r"^Trace with ID 'tr-x' not found"):
            call("tr-x", "a-x")
    with pytest.raises(NotFoundError, match=r"^Trace with ID 'tr-x' not found"):
        traced.create_assessment(feedback(trace_id="tr-x"))


def test_they_go_with_the_trace(traced: Store) -> None:
    traced.create_assessment(feedback())
    assert traced.delete_traces("0", trace_ids=["tr-1"]) == 1

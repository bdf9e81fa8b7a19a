"""Traces of the stock client: nested spans, an exception, reading, searching, tags, assessments, deleting."""

from contextlib import suppress

import mlflow
from expect import refused, report
from mlflow.entities import AssessmentSource, Feedback, SpanType

mlflow.set_experiment("traced")
experiment = mlflow.get_experiment_by_name("traced").experiment_id


@mlflow.trace(span_type=SpanType.LLM, attributes={"model": "m-1", "n": 5, "ratio": 0.5, "nothing": None})
def inner(value):
    if value == "boom":
        raise ValueError("boom")
    return {"answer": [value, {"b": True}]}


@mlflow.trace
def outer(value):
    mlflow.update_current_trace(
        tags={"kind": "test"}, metadata={"mlflow.trace.session": "s-1", "mlflow.trace.user": "ada"}
    )
    return inner(value)


with mlflow.start_run() as run:
    outer('ü "quoted"')
good = mlflow.get_last_active_trace_id()
with suppress(ValueError):
    outer("boom")
bad = mlflow.get_last_active_trace_id()
mlflow.flush_trace_async_logging()

trace = mlflow.get_trace(good)
assert trace.info.state == "OK", trace.info
assert trace.info.tags["mlflow.trace.spansLocation"] == "TRACKING_STORE"
assert trace.info.trace_metadata["mlflow.sourceRun"] == run.info.run_id
root, child = trace.data.spans
assert (root.name, root.parent_id, child.name, child.parent_id) == ("outer", None, "inner", root.span_id)
assert root.inputs == {"value": 'ü "quoted"'}, root.inputs
assert child.outputs == {"answer": ['ü "quoted"', {"b": True}]}, child.outputs
assert child.span_type == "LLM"
assert (child.attributes["n"], child.attributes["ratio"], child.attributes["model"]) == (5, 0.5, "m-1")
failed = mlflow.get_trace(bad)
assert failed.info.state == "ERROR", failed.info
assert failed.data.spans[1].events[0].attributes["exception.message"] == "boom"


def found(text, **more):
    return [each.info.trace_id for each in mlflow.search_traces(filter_string=text, return_type="list", **more)]


assert found(None) == [bad, good]
assert found("trace.status = 'ERROR'") == [bad]
assert found("span.name = 'inner' AND span.attributes.model = 'm-1' AND span.status = 'OK'") == [good]
assert found("metadata.`mlflow.trace.session` = 's-1'", max_results=1) == [bad]
assert found("tags.kind = 'test' AND (trace.text LIKE '%quoted%' OR status = 'IN_PROGRESS')") == [good]
assert found(f"attributes.run_id = '{run.info.run_id}'") == [good]
assert found(None, order_by=["timestamp_ms ASC"]) == [good, bad]
frame = mlflow.search_traces()
assert len(frame) == 2, frame
assert len(mlflow.search_traces(run_id=run.info.run_id)) == 1
with refused("INVALID_PARAMETER_VALUE"):
    found("bogus = 'x'")

mlflow.set_trace_tag(good, "k", "v")
assert mlflow.get_trace(good).info.tags["k"] == "v"
mlflow.delete_trace_tag(good, "k")
assert "k" not in mlflow.get_trace(good).info.tags

human = AssessmentSource(source_type="HUMAN", source_id="me")
mlflow.log_feedback(trace_id=good, name="score", value=0.7, source=human, rationale="r", metadata={"a": "b"})
mlflow.log_feedback(trace_id=good, name="failed", error=ValueError("no"))
expected = mlflow.log_expectation(trace_id=good, name="facts", value={"z": [1]})
first = mlflow.log_feedback(trace_id=good, name="good", value=True, span_id=child.span_id)
second = mlflow.override_feedback(trace_id=good, assessment_id=first.assessment_id, value=False)
assert mlflow.get_assessment(good, first.assessment_id).valid is False
updated = Feedback(name="good", value="maybe", rationale="new")
mlflow.update_assessment(trace_id=good, assessment_id=second.assessment_id, assessment=updated)
assert mlflow.get_assessment(good, second.assessment_id).value == "maybe"
assert mlflow.get_assessment(good, expected.assessment_id).value == {"z": [1]}
mlflow.delete_assessment(trace_id=good, assessment_id=second.assessment_id)
assert mlflow.get_assessment(good, first.assessment_id).valid is True
kept = {each.name: each for each in mlflow.get_trace(good).info.assessments}
assert kept.keys() == {"score", "failed", "facts", "good"}, kept
assert (kept["score"].value, kept["score"].source.source_id, kept["score"].metadata["a"]) == (0.7, "me", "b")
assert kept["failed"].error.error_message == "no"
assert found("feedback.score > 0.5 AND expectation.facts IS NOT NULL") == [good]
with refused("RESOURCE_DOES_NOT_EXIST"):
    mlflow.get_assessment(good, "a-none")

client = mlflow.MlflowClient()
client.link_traces_to_run([bad], run.info.run_id)
assert set(found(f"attributes.run_id = '{run.info.run_id}'")) == {good, bad}
span = client.start_trace("by hand", inputs={"x": 1})
client.end_trace(span.trace_id, outputs=2)
mlflow.flush_trace_async_logging()
assert mlflow.get_trace(span.trace_id).data.spans[0].outputs == 2
assert client.delete_traces(experiment, trace_ids=[span.trace_id]) == 1
assert mlflow.get_trace(span.trace_id) is None
assert client.delete_traces(experiment, max_timestamp_millis=1, max_traces=1) == 0
report(run.info.run_id)

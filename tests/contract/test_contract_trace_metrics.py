from __future__ import annotations

import pytest

from mlplat_cli.entities import (
    Aggregation,
    Assessment,
    AssessmentKind,
    SpanStatus,
    Tag,
    TraceAggregation,
    TraceQuestion,
    TraceState,
    TraceView,
)
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.interface import Store
from tests.contract.traces import START, put, span

COUNT, AVG = TraceAggregation(Aggregation.COUNT), TraceAggregation(Aggregation.AVG)
MEDIAN = TraceAggregation(Aggregation.PERCENTILE, 50)


def ask(store: Store, metric: str, *figures: TraceAggregation, view: TraceView = TraceView.TRACES, **more: object):  # type: ignore[no-untyped-def]
    question = TraceQuestion(experiment_ids=("0",), view=view, metric=metric, aggregations=figures, **more)  # type: ignore[arg-type]
    return [(dict(each.dimensions), dict(each.values)) for each in store.trace_metrics(question).items]


@pytest.fixture
def three(store: Store) -> Store:
    for number, (name, state, session) in enumerate(
        [("a", TraceState.OK, "s"), ("a", TraceState.ERROR, "s"), ("b", TraceState.OK, "t")]
    ):
        usage = f'{{"input_tokens": {number}}}' if number < 2 else "none of ours"
        metadata = (Tag("mlflow.trace.session", session), Tag("mlflow.trace.tokenUsage", usage))
        put(
            store,
            f"tr-{number}",
            time=number * 60_000,
            state=state,
            execution_duration=10 * number,
            tags=(Tag("mlflow.traceName", name),),
            trace_metadata=metadata,
        )
    store.log_spans("0", [span("tr-0", 1, "x", duration=4), span("tr-0", 2, "y", 1, status=SpanStatus.ERROR)])
    for value in ("true", "0.5", '"yes"'):
        opinion = Assessment(trace_id="tr-0", kind=AssessmentKind.FEEDBACK, name="good", value=value)
        store.create_assessment(opinion)
    return store


def test_traces(three: Store) -> None:
    assert ask(three, "trace_count", COUNT) == [({}, {"COUNT": 3})]
    assert ask(three, "session_count", COUNT) == [({}, {"COUNT": 2})]
    by_name = ask(three, "latency", AVG, MEDIAN, dimensions=("trace_name",))
    assert by_name == [({"trace_name": "a"}, {"AVG": 5, "P50.0": 5}), ({"trace_name": "b"}, {"AVG": 20, "P50.0": 20})]
    least, most, total = (TraceAggregation(kind) for kind in (Aggregation.MIN, Aggregation.MAX, Aggregation.SUM))
    assert ask(three, "latency", least, most, total) == [({}, {"MIN": 0, "MAX": 20, "SUM": 30})]
    assert ask(three, "input_tokens", total, COUNT) == [({}, {"SUM": 1, "COUNT": 2})]
    failed = ask(three, "trace_count", COUNT, filters=("trace.status = 'ERROR'",), dimensions=("trace_status",))
    assert failed == [({"trace_status": "ERROR"}, {"COUNT": 1})]


def test_buckets_and_pages(three: Store) -> None:
    times = {"interval": 120, "start": 0, "end": 120_000}
    assert ask(three, "trace_count", COUNT, **times) == [
        ({"time_bucket": "1970-01-01T00:00:00+00:00"}, {"COUNT": 2}),
        ({"time_bucket": "1970-01-01T00:02:00+00:00"}, {"COUNT": 1}),
    ]
    assert ask(three, "trace_count", COUNT, start=60_000, end=60_000) == [({}, {"COUNT": 1})]
    question = TraceQuestion(
        experiment_ids=("0",), view=TraceView.TRACES, metric="trace_count", aggregations=(COUNT,), **times
    )
    first = three.trace_metrics(question, max_results=1)
    second = three.trace_metrics(question, max_results=1, page_token=first.token)
    assert [each.values["COUNT"] for each in (*first.items, *second.items)] == [2, 1]
    assert second.token is None


def test_spans_and_assessments(three: Store) -> None:
    spans, opinions = TraceView.SPANS, TraceView.ASSESSMENTS
    assert ask(three, "span_count", COUNT, view=spans, dimensions=("span_status",)) == [
        ({"span_status": "ERROR"}, {"COUNT": 1}),
        ({"span_status": "OK"}, {"COUNT": 1}),
    ]
    slow = ask(three, "latency", AVG, view=spans, filters=("span.name = 'x'",), start=START // 1_000_000)
    assert slow == [({}, {"AVG": 502})]
    assert ask(three, "assessment_value", AVG, view=opinions) == [({}, {"AVG": 0.75})]
    by_value = ask(three, "assessment_count", COUNT, view=opinions, dimensions=("assessment_value",))
    assert [each["assessment_value"] for each, _ in by_value] == ["0.5", "true", "yes"]


@pytest.mark.parametrize(
    ("metric", "figure", "more"),
    [
        ("bogus", COUNT, {}),
        ("span_count", COUNT, {}),
        ("trace_count", AVG, {}),
        ("latency", TraceAggregation(Aggregation.PERCENTILE), {}),
        ("latency", TraceAggregation(Aggregation.PERCENTILE, 101), {}),
        ("latency", AVG, {"dimensions": ("bogus",)}),
        ("latency", AVG, {"interval": 60}),
        ("latency", AVG, {"interval": 1, "start": 0, "end": 2**53}),
        ("latency", AVG, {"filters": ("bogus",)}),
    ],
)
def test_questions_that_have_no_answer(
    store: Store, metric: str, figure: TraceAggregation, more: dict[str, object]
) -> None:
    with pytest.raises(InvalidInputError):
        ask(store, metric, figure, **more)

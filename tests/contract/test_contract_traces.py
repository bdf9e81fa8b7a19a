from __future__ import annotations

import math

import msgspec
import pytest

from mlplat_cli.entities import (
    PromptVersion,
    Span,
    SpanEvent,
    SpanLink,
    SpanStatus,
    Tag,
    TraceState,
)
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from tests.contract.traces import START, pairs, put, span


def test_a_trace_that_a_client_tells_of(store: Store) -> None:
    made = put(
        store,
        "tr-1",
        execution_duration=7,
        client_request_id="mine",
        request_preview="in",
        response_preview="out",
        tags=(Tag("a", "1"),),
        trace_metadata=(Tag("mlflow.trace.session", "s"),),
    )
    assert (made.trace_id, made.experiment_id, made.request_time, made.execution_duration) == ("tr-1", "0", 1000, 7)
    assert (made.state, made.client_request_id) == (TraceState.OK, "mine")
    assert (made.request_preview, made.response_preview) == ("in", "out")
    location = "mlflow-artifacts:/0/traces/tr-1/artifacts"
    assert pairs(made.tags).items() >= {"a": "1", "mlflow.artifactLocation": location}.items()
    assert pairs(made.trace_metadata)["mlflow.trace.session"] == "s"
    assert store.get_trace_info("tr-1") == made
    assert store.get_trace("tr-1").spans == ()


def test_telling_again_adds(store: Store) -> None:
    put(store, "tr-1", state=TraceState.IN_PROGRESS, tags=(Tag("a", "1"), Tag("b", "1")))
    put(store, "tr-1", time=2000, execution_duration=5, state=TraceState.ERROR, tags=(Tag("a", "2"),))
    info = put(store, "tr-1", time=3000, state=TraceState.IN_PROGRESS)
    assert (info.request_time, info.execution_duration, info.state) == (2000, 5, TraceState.ERROR)
    assert pairs(info.tags).items() >= {"a": "2", "b": "1"}.items()


def test_what_is_not_there(store: Store) -> None:
    for call in (
        store.get_trace,
        store.get_trace_info,
        lambda trace: store.set_trace_tag(trace, Tag("a", "b")),
        lambda trace: store.delete_trace_tag(trace, "a"),
        lambda trace: store.link_prompts_to_trace(trace, [PromptVersion("p", "1")]),
    ):
        with pytest.raises(NotFoundError, match=r"^Trace with ID 'tr-x' not found\.$"):
            call("tr-x")
    assert list(store.traces(["tr-x"])) == list(store.trace_infos(["tr-x"])) == []
    with pytest.raises(NotFoundError):
        put(store, "tr-1", experiment_id="77")
    with pytest.raises(NotFoundError):
        store.log_spans("77", [span("tr-1", 1)])
    assert list(store.traces(["tr-1"])) == []


def test_no_trace_begins_in_a_deleted_experiment(store: Store) -> None:
    experiment = store.create_experiment("bin").experiment_id
    store.log_spans(experiment, [span("tr-1", 1)])
    store.delete_experiment(experiment)
    with pytest.raises(InvalidInputError):
        store.log_spans(experiment, [span("tr-2", 1)])


def as_told(kept: Span, told: Span) -> Span:
    """Leave out the attributes that the protocol adds for clients that look for them."""
    attributes = {name: value for name, value in kept.attributes.items() if name in told.attributes}
    return msgspec.structs.replace(kept, attributes=attributes)


def test_a_span_comes_back_as_it_was(store: Store) -> None:
    told = Span(
        trace_id="tr-1",
        span_id="00000000000000ff",
        parent_id="0000000000000001",
        name="näme '\"\\",
        type="TOOL",
        status=SpanStatus.ERROR,
        status_message="boom",
        start_time_ns=2**63 - 2,
        end_time_ns=2**63 - 1,
        attributes={
            "text": 'a "b" \\ ü\n',
            "json": '{"a": "b"}',
            "true": True,
            "int": -(2**63),
            "float": 1.0,
            "infinite": -math.inf,
            "bytes": b"\x00\xff",
            "list": [1, "a", [b"x"], {"k": 2.5}],
            "map": {"bytes": b"y", "a": {"b": None}, "c": {"$bytes": "no"}, "d": {"$map": {"$double": 1}}},
            "": "",
        },
        events=(SpanEvent(name="exception", time_ns=5, attributes={"exception.message": "m"}),),
        links=(SpanLink(trace_id="f" * 32, span_id="e" * 16, attributes={"x": 1}),),
    )
    store.log_spans("0", [told])
    assert as_told(store.get_trace("tr-1").spans[0], told) == told
    unknown = span("tr-2", 1, "a\0b", attributes={"\0": ["\0"]})
    store.log_spans("0", [unknown])
    (kept,) = store.get_trace("tr-2").spans
    assert (kept.name, kept.attributes["\ufffd"]) == ("a\ufffdb", ["\ufffd"])


def test_spans_alone_make_a_trace(store: Store) -> None:
    child = span("tr-1", 2, "child", parent=1, start=10, duration=20, attributes={"user.id": "u"})
    root = span(
        "tr-1",
        1,
        "root",
        duration=50,
        status=SpanStatus.ERROR,
        attributes={"input.value": "hi", "mlflow.spanOutputs": '{"x": 1}', "session.id": "s"},
    )
    store.log_spans("0", [child], tags=[Tag("service.name", "shop")])
    info = store.get_trace_info("tr-1")
    assert (info.state, info.request_time) == (TraceState.IN_PROGRESS, START // 1_000_000 + 10)
    store.log_spans("0", [root], tags=[Tag("service.name", "other")])
    info = store.get_trace_info("tr-1")
    assert (info.state, info.request_time, info.execution_duration) == (TraceState.ERROR, START // 1_000_000, 50)
    assert (info.request_preview, info.response_preview) == ('"hi"', '{"x": 1}')
    assert pairs(info.tags) == {
        "mlflow.artifactLocation": "mlflow-artifacts:/0/traces/tr-1/artifacts",
        "mlflow.trace.spansLocation": "TRACKING_STORE",
        "mlflow.traceName": "root",
        "service.name": "shop",
    }
    assert pairs(info.trace_metadata) == {
        "mlflow.trace_schema.version": "3",
        "mlflow.traceInputs": '"hi"',
        "mlflow.traceOutputs": '{"x": 1}',
        "mlflow.trace.session": "s",
        "mlflow.trace.user": "u",
    }
    assert [each.name for each in store.get_trace("tr-1").spans] == ["root", "child"]


@pytest.mark.parametrize("state", [TraceState.OK, TraceState.IN_PROGRESS])
def test_either_order_gives_the_same(store: Store, state: TraceState) -> None:
    run_id = store.create_run("0").info.run_id

    def told(trace: str) -> None:
        metadata = (Tag("mlflow.trace.session", "mine"),)
        put(store, trace, time=5, state=state, client_request_id="c", tags=(Tag("a", "1"),), trace_metadata=metadata)

    def traced(trace: str) -> None:
        attributes = {"session.id": "s", "input.value": "x" * 2000, "gen_ai.usage.input_tokens": 3}
        store.log_spans("0", [span(trace, 1, "root", attributes=attributes)], run_id=run_id)

    told("tr-1")
    traced("tr-1")
    traced("tr-2")
    told("tr-2")
    one, other = store.get_trace("tr-1"), store.get_trace("tr-2")
    for name in ("request_time", "execution_duration", "state", "client_request_id", "request_preview"):
        assert getattr(one.info, name) == getattr(other.info, name), name
    assert one.info.trace_metadata == other.info.trace_metadata
    assert pairs(one.info.trace_metadata)["mlflow.trace.session"] == "mine"
    assert len(one.info.request_preview or "") == 1000
    assert pairs(one.info.tags).keys() == pairs(other.info.tags).keys()


def test_sent_twice_is_one_and_the_later_counts(store: Store) -> None:
    first = [span("tr-1", 1, "root"), span("tr-1", 2, "old", parent=1)]
    store.log_spans("0", first)
    store.log_spans("0", first)
    store.log_spans("0", [span("tr-1", 2, "new", parent=1), span("tr-2", 1), span("tr-1", 3, "more", parent=1)])
    assert sorted(each.name for each in store.get_trace("tr-1").spans) == ["more", "new", "root"]
    assert len(store.get_trace("tr-2").spans) == 1


def test_tokens_are_added_up_once(store: Store) -> None:
    usage = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5}
    store.log_spans("0", [span("tr-1", 3, parent=2, attributes=usage), span("tr-1", 4, parent=1, attributes=usage)])
    assert pairs(store.get_trace_info("tr-1").trace_metadata)["mlflow.trace.tokenUsage"] == (
        '{"input_tokens": 20, "output_tokens": 10, "total_tokens": 30}'
    )
    # The one above says the same of all below it.
    whole = {"mlflow.chat.tokenUsage": '{"input_tokens": 11, "output_tokens": 5, "total_tokens": 16}'}
    store.log_spans("0", [span("tr-1", 2, parent=1, attributes=whole), span("tr-1", 1)])
    assert pairs(store.get_trace_info("tr-1").trace_metadata)["mlflow.trace.tokenUsage"] == (
        '{"input_tokens": 21, "output_tokens": 10, "total_tokens": 31}'
    )


def test_a_clients_own_count_stays(store: Store) -> None:
    put(store, "tr-1", trace_metadata=(Tag("mlflow.trace.tokenUsage", "mine"),))
    store.log_spans("0", [span("tr-1", 1, attributes={"gen_ai.usage.input_tokens": 10})])
    assert pairs(store.get_trace_info("tr-1").trace_metadata)["mlflow.trace.tokenUsage"] == "mine"


def test_several_at_once_in_the_order_asked_for(store: Store) -> None:
    store.log_spans("0", [span("tr-2", 1), span("tr-1", 1), span("tr-1", 2)])
    assert [each.trace_id for each in store.trace_infos(["tr-2", "tr-x", "tr-1", "tr-2"])] == ["tr-2", "tr-1"]
    assert [(each.info.trace_id, len(each.spans)) for each in store.traces(["tr-1", "tr-2"])] == [
        ("tr-1", 2),
        ("tr-2", 1),
    ]


def test_tags(store: Store) -> None:
    put(store, "tr-1")
    store.set_trace_tag("tr-1", Tag("a", "1"))
    store.set_trace_tag("tr-1", Tag("a", "2"))
    assert pairs(store.get_trace_info("tr-1").tags)["a"] == "2"
    store.delete_trace_tag("tr-1", "a")
    for key in ("a", "never heard of"):
        with pytest.raises(NotFoundError):
            store.delete_trace_tag("tr-1", key)


def test_links(store: Store, run_id: str) -> None:
    put(store, "tr-1")
    put(store, "tr-2", trace_metadata=(Tag("mlflow.sourceRun", run_id),))
    put(store, "tr-3")
    store.link_traces_to_run(["tr-1"], run_id)
    store.link_traces_to_run(["tr-1"], run_id)
    found = store.search_traces(["0"], filter=f"run_id = '{run_id}'").items
    assert sorted(each.trace_id for each in found) == ["tr-1", "tr-2"]
    for traces, run in ((["tr-x"], run_id), (["tr-1"], "0" * 32)):
        with pytest.raises(NotFoundError):
            store.link_traces_to_run(traces, run)
    store.link_prompts_to_trace("tr-3", [PromptVersion("a", "2"), PromptVersion("p", "1")])
    store.link_prompts_to_trace("tr-3", [PromptVersion("p", "1")])
    assert pairs(store.get_trace_info("tr-3").tags)["mlflow.linkedPrompts"] == (
        '[{"name": "a", "version": "2"}, {"name": "p", "version": "1"}]'
    )
    assert [each.trace_id for each in store.search_traces(["0"], filter="prompt = 'p/1'").items] == ["tr-3"]


def test_deleting(store: Store, run_id: str) -> None:
    other = store.create_experiment("other").experiment_id
    for number in range(6):
        put(store, f"tr-{number}", time=number, tags=(Tag("a", "b"),))
    put(store, "tr-other", experiment_id=other)
    store.log_spans("0", [span("tr-0", 1), span("tr-5", 1)])
    store.link_traces_to_run(["tr-0"], run_id)
    store.link_prompts_to_trace("tr-0", [PromptVersion("p", "1")])
    assert store.delete_traces("0", trace_ids=["tr-0", "tr-x", "tr-other"]) == 1
    assert store.delete_traces("0", max_timestamp=4, max_traces=2) == 2
    assert [each.trace_id for each in store.search_traces(["0"]).items] == ["tr-5", "tr-4", "tr-3"]
    assert store.delete_traces("0", max_timestamp=10) == 3
    assert store.get_trace_info("tr-other").experiment_id == other
    for more in ({}, {"trace_ids": ["a"], "max_timestamp": 1}):
        with pytest.raises(InvalidInputError):
            store.delete_traces("0", **more)  # type: ignore[arg-type]
    store.log_spans("0", [span("tr-0", 9)])
    assert len(store.get_trace("tr-0").spans) == 1

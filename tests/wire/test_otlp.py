"""OpenTelemetry's requests, in both forms."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.entities import AttributeValue, Span, SpanEvent, SpanLink, SpanStatus, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire.otlp.export_body import write_json
from mlplat_cli.wire.otlp.export_request import read_json, read_protobuf
from tests.wire.protobuf import Fields, Fixed, message

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7"


def value(given: AttributeValue) -> Fields:
    match given:
        case bool():
            return [(2, int(given))]
        case str():
            return [(1, given)]
        case int():
            return [(3, given)]
        case float():
            return [(4, given)]
        case bytes():
            return [(7, given)]
        case list():
            return [(5, [(1, value(item)) for item in given])]
        case dict():
            return [(6, [(1, pair(key, item)) for key, item in given.items()])]
        case _:
            return []


def pair(key: str, given: AttributeValue) -> Fields:
    return [(1, key), (2, value(given))]


def span_fields(span: Span) -> Fields:
    return [
        (1, bytes.fromhex(TRACE)),
        (2, bytes.fromhex(span.span_id)),
        (3, "state"),
        (4, bytes.fromhex(span.parent_id or "")),
        (5, span.name),
        (6, 1),
        (7, Fixed(span.start_time_ns)),
        (8, Fixed(span.end_time_ns or 0)),
        *((9, pair(key, item)) for key, item in span.attributes.items()),
        (10, 1),
        *((11, [(1, Fixed(each.time_ns)), (2, each.name), (3, pair("a", 1))]) for each in span.events),
        *(
            (13, [(1, bytes.fromhex(each.trace_id)), (2, bytes.fromhex(each.span_id)), (4, pair("b", "x"))])
            for each in span.links
        ),
        (15, [(2, span.status_message), (3, ("UNSET", "OK", "ERROR").index(span.status))]),
        (99, b"what a later version adds"),
    ]


VALUES: st.SearchStrategy[AttributeValue] = st.recursive(
    st.text(max_size=5)
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=5)
    | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
SPANS = st.builds(
    Span,
    trace_id=st.just(f"tr-{TRACE}"),
    span_id=st.just(SPAN),
    parent_id=st.none() | st.just("00f067aa0ba902b8"),
    name=st.text(max_size=5),
    start_time_ns=st.integers(0, 2**63 - 1),
    end_time_ns=st.none() | st.integers(1, 2**63 - 1),
    status=st.sampled_from(SpanStatus),
    status_message=st.text(max_size=5),
    attributes=st.dictionaries(st.text(max_size=3), VALUES, max_size=4),
    events=st.just(()) | st.just((SpanEvent(name="e", time_ns=5, attributes={"a": 1}),)),
    links=st.just(()) | st.just((SpanLink(trace_id=TRACE, span_id=SPAN, attributes={"b": "x"}),)),
)


@given(st.lists(SPANS, max_size=3))
def test_both_forms_say_the_same(spans: list[Span]) -> None:
    resource: Fields = [(1, pair("service.name", "shop"))]
    request = message([(1, [(1, resource), (2, [(1, [(1, "lib")]), *((2, span_fields(span)) for span in spans)])])])
    (read,) = read_protobuf(request)
    assert (read.attributes, read.spans) == ({"service.name": "shop"}, spans)
    (read,) = read_json(write_json(spans, [Tag("service.name", "shop")]))
    assert read.attributes == {"service.name": "shop"}
    for kept, told in zip(read.spans, spans, strict=True):
        assert {name: kept.attributes.get(name) for name in told.attributes} == told.attributes
        assert (kept.trace_id, kept.parent_id, kept.name) == (told.trace_id, told.parent_id, told.name)
        assert (kept.status, kept.status_message, kept.events) == (told.status, told.status_message, told.events)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for whole in (body, message([(1, [(2, [(2, body)])])])):
        with contextlib.suppress(InvalidInputError):
            read_protobuf(whole)


def test_what_is_cut_off_or_endless_is_refused() -> None:
    whole = message([(1, [(2, [(2, span_fields(Span(trace_id="", span_id=SPAN, name="n", start_time_ns=1)))])])])
    for end in (1, len(whole) // 2, len(whole) - 1):
        with pytest.raises(InvalidInputError):
            read_protobuf(whole[:end])
    deep: Fields = [(1, "x")]
    for _ in range(60):
        deep = [(5, [(1, deep)])]
    with pytest.raises(InvalidInputError):
        read_protobuf(message([(1, [(1, [(1, [(1, "k"), (2, deep)])])])]))
    nested = '{"arrayValue":{"values":[' * 60 + "]}}" * 60
    with pytest.raises(InvalidInputError):
        read_json(f'{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"k","value":{nested}}}]}}}}]}}'.encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"traceId": ""},
        {"traceId": "0" * 32},
        {"traceId": "xyz"},
        {"spanId": "ab"},
        {"startTimeUnixNano": str(2**63)},
        {"startTimeUnixNano": "soon"},
        {"attributes": [{"key": "a", "value": {"bytesValue": "?"}}]},
        {"attributes": [{"key": "a", "value": {"doubleValue": "much"}}]},
        {"attributes": {"a": "b"}},
    ],
)
def test_a_span_that_is_none(changes: dict[str, object]) -> None:
    span = {"traceId": TRACE, "spanId": SPAN, "name": "n", "startTimeUnixNano": "1", **changes}
    with pytest.raises(InvalidInputError):
        read_json(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode())


def test_json_as_exporters_write_it() -> None:
    span = {
        "traceId": TRACE.upper(),
        "spanId": SPAN,
        "parentSpanId": "0" * 16,
        "kind": 2,
        "startTimeUnixNano": 5,
        "endTimeUnixNano": "6",
        "droppedAttributesCount": 0,
        "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
            {"key": "n", "value": {"intValue": "7"}},
            {"key": "none"},
        ],
    }
    ((read,),) = [
        each.spans for each in read_json(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode())
    ]
    assert (read.trace_id, read.parent_id, read.type, read.status) == (
        f"tr-{TRACE}",
        None,
        "CHAT_MODEL",
        SpanStatus.UNSET,
    )
    assert (read.start_time_ns, read.end_time_ns) == (5, 6)
    assert read.attributes == {"gen_ai.operation.name": "chat", "n": 7, "none": None}
    assert read_json(b"{}") == read_protobuf(b"") == []

"""`ExportTraceServiceRequest`. In: its JSON or its protobuf. Out: spans by resource.

The JSON form has ids in hex digits, not in base64 as protobuf's own JSON would.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from struct import unpack

from msgspec import Struct

from mlplat_cli.entities import AttributeValue, Span, SpanEvent, SpanLink, SpanStatus
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire.codec import Int64, decode_body
from mlplat_cli.wire.otlp import conventions
from mlplat_cli.wire.otlp.protobuf import FIXED64, LENGTH, VARINT, Field, Message, decode, key, signed, text

SPANS_AT_ONCE = 100_000
"""In one request."""

_OWN_ID = re.compile(r"[\w-]{1,50}", re.ASCII)
_TRACE_ID, _SPAN_ID = re.compile(r"[0-9a-fA-F]{32}"), re.compile(r"[0-9a-fA-F]{16}")
_INT64 = 2**63
_STATUSES = (SpanStatus.UNSET, SpanStatus.OK, SpanStatus.ERROR)
_DEEPEST = 50


class _ArrayValue(Struct, frozen=True):
    values: tuple[_Value, ...] = ()


class _KeyValueList(Struct, frozen=True):
    values: tuple[_KeyValue, ...] = ()


class _Value(Struct, frozen=True, rename="camel"):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: Int64 | None = None
    double_value: float | str | None = None
    bytes_value: str | None = None
    array_value: _ArrayValue | None = None
    kvlist_value: _KeyValueList | None = None


class _KeyValue(Struct, frozen=True):
    key: str = ""
    value: _Value = _Value()


class _Event(Struct, frozen=True, rename="camel"):
    time_unix_nano: int = 0
    name: str = ""
    attributes: tuple[_KeyValue, ...] = ()


class _Link(Struct, frozen=True, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    attributes: tuple[_KeyValue, ...] = ()


class _Status(Struct, frozen=True):
    message: str = ""
    code: int = 0


class _Span(Struct, frozen=True, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str = ""
    name: str = ""
    start_time_unix_nano: int = 0
    end_time_unix_nano: int = 0
    attributes: tuple[_KeyValue, ...] = ()
    events: tuple[_Event, ...] = ()
    links: tuple[_Link, ...] = ()
    status: _Status = _Status()


class _ScopeSpans(Struct, frozen=True):
    spans: tuple[_Span, ...] = ()


class _Resource(Struct, frozen=True):
    attributes: tuple[_KeyValue, ...] = ()


class _ResourceSpans(Struct, frozen=True, rename="camel"):
    resource: _Resource = _Resource()
    scope_spans: tuple[_ScopeSpans, ...] = ()


class _Request(Struct, frozen=True, rename="camel"):
    resource_spans: tuple[_ResourceSpans, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceSpans:
    """Spans that one thing made, a service for instance, and what it says of itself."""

    attributes: Mapping[str, AttributeValue]
    spans: Sequence[Span]


def read_json(body: bytes) -> list[ResourceSpans]:
    """Read the JSON form; InvalidInputError when it is none, or a span lacks what every span needs."""
    return _read(decode_body(body, _Request))


def read_protobuf(body: bytes) -> list[ResourceSpans]:
    """Read the protobuf form; errors as above."""
    request: _Request = decode(body, _request_message())
    return _read(request)


def _read(request: _Request) -> list[ResourceSpans]:
    found = [
        ResourceSpans(
            _attributes(each.resource.attributes), [_span(span) for scope in each.scope_spans for span in scope.spans]
        )
        for each in request.resource_spans
    ]
    if sum(len(each.spans) for each in found) > SPANS_AT_ONCE:
        raise InvalidInputError(f"a request holds at most {SPANS_AT_ONCE} spans")
    return found


def _span(given: _Span) -> Span:
    attributes = _attributes(given.attributes)
    trace_id = _hex("traceId", given.trace_id, _TRACE_ID)
    own_id = conventions.plain(attributes.get("mlflow.traceRequestId"))
    return Span(
        trace_id=own_id if isinstance(own_id, str) and _OWN_ID.fullmatch(own_id) else f"tr-{trace_id}",
        span_id=_hex("spanId", given.span_id, _SPAN_ID),
        parent_id=_parent(given.parent_span_id),
        name=given.name,
        type=conventions.span_type(attributes),
        start_time_ns=_time(given.start_time_unix_nano),
        end_time_ns=_time(given.end_time_unix_nano) or None,
        status=_STATUSES[given.status.code] if given.status.code in range(len(_STATUSES)) else SpanStatus.UNSET,
        status_message=given.status.message,
        attributes=attributes,
        events=tuple(
            SpanEvent(name=each.name, time_ns=_time(each.time_unix_nano), attributes=_attributes(each.attributes))
            for each in given.events
        ),
        links=tuple(
            SpanLink(
                trace_id=_hex("links.traceId", each.trace_id, _TRACE_ID),
                span_id=_hex("links.spanId", each.span_id, _SPAN_ID),
                attributes=_attributes(each.attributes),
            )
            for each in given.links
        ),
    )


def _hex(name: str, given: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(given) or not given.strip("0"):
        raise InvalidInputError(f"a span's {name} is {given!r}: it must be hex digits, not all of them 0")
    return given.lower()


def _parent(given: str) -> str | None:
    # Some exporters write a root's parent as zeros.
    return _hex("parentSpanId", given, _SPAN_ID) if given.strip("0") else None


def _time(given: int) -> int:
    if not 0 <= given < _INT64:
        raise InvalidInputError(f"a span's time is {given}: it must be ns since 1970 that fit 64 bits")
    return given


def _attributes(pairs: Sequence[_KeyValue], depth: int = 0) -> dict[str, AttributeValue]:
    return {pair.key: _value(pair.value, depth) for pair in pairs}


def _value(given: _Value, depth: int) -> AttributeValue:
    if depth > _DEEPEST:
        raise InvalidInputError(f"a span's attribute is nested more than {_DEEPEST} levels deep")
    if given.array_value is not None:
        return [_value(item, depth + 1) for item in given.array_value.values]
    if given.kvlist_value is not None:
        return _attributes(given.kvlist_value.values, depth + 1)
    if given.bytes_value is not None:
        return _bytes(given.bytes_value)
    if given.double_value is not None:
        return _double(given.double_value)
    if given.bool_value is not None:
        return given.bool_value
    return given.int_value if given.int_value is not None else given.string_value


def _bytes(given: str) -> bytes:
    try:
        return b64decode(given, validate=True)
    except Base64Error:
        raise InvalidInputError("a span's attribute has a bytesValue that is not base64") from None


def _double(given: float | str) -> float:
    try:
        return float(given)
    except ValueError:
        raise InvalidInputError(f"a span's attribute has a doubleValue that is no number: {given!r}") from None


def _time_of(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _double_of(raw: bytes) -> float:
    number: float = unpack("<d", raw)[0]
    return number


def _base64_of(raw: bytes) -> str:
    return b64encode(raw).decode()


def _attributes_of(number: int) -> dict[int, Field]:
    return {key(number, LENGTH): Field("attributes", message=_key_value, repeated=True)}


@cache
def _value_message() -> Message:
    items = Message(_ArrayValue, {key(1, LENGTH): Field("values", message=_value_message, repeated=True)})
    pairs = Message(_KeyValueList, {key(1, LENGTH): Field("values", message=_key_value, repeated=True)})
    return Message(
        _Value,
        {
            key(1, LENGTH): Field("string_value", text),
            key(2, VARINT): Field("bool_value", bool),
            key(3, VARINT): Field("int_value", signed),
            key(4, FIXED64): Field("double_value", _double_of),
            key(5, LENGTH): Field("array_value", message=lambda: items),
            key(6, LENGTH): Field("kvlist_value", message=lambda: pairs),
            key(7, LENGTH): Field("bytes_value", _base64_of),
        },
    )


@cache
def _key_value() -> Message:
    return Message(
        _KeyValue, {key(1, LENGTH): Field("key", text), key(2, LENGTH): Field("value", message=_value_message)}
    )


@cache
def _span_message() -> Message:
    event = Message(
        _Event,
        {
            key(1, FIXED64): Field("time_unix_nano", _time_of),
            key(2, LENGTH): Field("name", text),
            **_attributes_of(3),
        },
    )
    ids = {key(1, LENGTH): Field("trace_id", bytes.hex), key(2, LENGTH): Field("span_id", bytes.hex)}
    link = Message(_Link, {**ids, **_attributes_of(4)})
    status = Message(_Status, {key(2, LENGTH): Field("message", text), key(3, VARINT): Field("code", int)})
    return Message(
        _Span,
        {
            **ids,
            key(4, LENGTH): Field("parent_span_id", bytes.hex),
            key(5, LENGTH): Field("name", text),
            key(7, FIXED64): Field("start_time_unix_nano", _time_of),
            key(8, FIXED64): Field("end_time_unix_nano", _time_of),
            **_attributes_of(9),
            key(11, LENGTH): Field("events", message=lambda: event, repeated=True),
            key(13, LENGTH): Field("links", message=lambda: link, repeated=True),
            key(15, LENGTH): Field("status", message=lambda: status),
        },
    )


@cache
def _request_message() -> Message:
    scope = Message(_ScopeSpans, {key(2, LENGTH): Field("spans", message=_span_message, repeated=True)})
    resource = Message(_Resource, _attributes_of(1))
    of_resource = Message(
        _ResourceSpans,
        {
            key(1, LENGTH): Field("resource", message=lambda: resource),
            key(2, LENGTH): Field("scope_spans", message=lambda: scope, repeated=True),
        },
    )
    return Message(_Request, {key(1, LENGTH): Field("resource_spans", message=lambda: of_resource, repeated=True)})

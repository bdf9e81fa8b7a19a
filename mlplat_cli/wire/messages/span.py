"""Spans as the protocol shows them: OpenTelemetry's, with the names of protobuf and ids in base64."""

from __future__ import annotations

import hashlib
import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from mlplat_cli.entities import AttributeValue, Span, SpanEvent, SpanLink, SpanStatus
from mlplat_cli.wire.otlp import conventions

_TRACE_ID = re.compile(r"(?:tr-)?([0-9a-f]{32})")
_CODES = {SpanStatus.UNSET: "STATUS_CODE_UNSET", SpanStatus.OK: "STATUS_CODE_OK", SpanStatus.ERROR: "STATUS_CODE_ERROR"}
_STATUSES = {code: status for status, code in _CODES.items()}


class AttributeMessage(Struct, kw_only=True, frozen=True):
    """A key and one of string_value, bool_value, int_value, double_value, bytes_value, array_value, kvlist_value."""

    key: str
    value: dict[str, Any] = {}


class StatusMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """How a span ended."""

    message: str = ""
    code: str = ""


class SpanEventMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A moment of a span."""

    time_unix_nano: int
    name: str
    attributes: tuple[AttributeMessage, ...] = ()


class SpanLinkMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Another span that has to do with it."""

    trace_id: str
    span_id: str
    attributes: tuple[AttributeMessage, ...] = ()


class SpanMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A span; times are ns since the epoch."""

    trace_id: str
    span_id: str
    parent_span_id: str | None = None
    name: str = ""
    start_time_unix_nano: int = 0
    end_time_unix_nano: int | None = None
    attributes: tuple[AttributeMessage, ...] = ()
    events: tuple[SpanEventMessage, ...] = ()
    links: tuple[SpanLinkMessage, ...] = ()
    status: StatusMessage | None = None


def span_messages(spans: Sequence[Span]) -> tuple[SpanMessage, ...]:
    """Show the spans of a trace."""
    return tuple(_message(span) for span in spans)


def read_spans(trace_id: str, messages: Sequence[SpanMessage]) -> tuple[Span, ...]:
    """Take the spans of a trace from a server."""
    return tuple(_entity(trace_id, message) for message in messages)


def shown_attributes(span: Span) -> dict[str, AttributeValue]:
    """Return a span's attributes, and those that MLflow's client looks for where another library made the span."""
    added: dict[str, AttributeValue] = {"mlflow.traceRequestId": span.trace_id, conventions.SPAN_TYPE: span.type}
    for name, found in (
        (conventions.INPUTS[0], conventions.inputs(span.attributes)),
        (conventions.OUTPUTS[0], conventions.outputs(span.attributes)),
    ):
        if found is not None:
            added[name] = conventions.plain(found)
    return {**{name: value for name, value in added.items() if name not in span.attributes}, **span.attributes}


def any_value(value: AttributeValue, called: Callable[[str], str] = str) -> dict[str, Any]:
    """Write a value with its type.

    Args:
        called: gives a type the name that it has in another spelling.
    """
    match value:
        case None:
            return {}
        case bool():
            return {called("bool_value"): value}
        case str():
            return {called("string_value"): value}
        case int():
            return {called("int_value"): value}
        case float():
            return {called("double_value"): value if math.isfinite(value) else _NON_FINITE[str(value)]}
        case bytes():
            return {called("bytes_value"): b64encode(value).decode()}
        case list():
            return {called("array_value"): {"values": [any_value(item, called) for item in value]}}
        case dict():
            pairs = [{"key": key, "value": any_value(item, called)} for key, item in value.items()]
            return {called("kvlist_value"): {"values": pairs}}


_NON_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _message(span: Span) -> SpanMessage:
    return SpanMessage(
        trace_id=shown_id(trace_bytes(span.trace_id)),
        span_id=shown_id(bytes.fromhex(span.span_id)),
        parent_span_id=shown_id(bytes.fromhex(span.parent_id)) if span.parent_id else None,
        name=span.name,
        start_time_unix_nano=span.start_time_ns,
        end_time_unix_nano=span.end_time_ns,
        attributes=_attributes(shown_attributes(span)),
        events=tuple(
            SpanEventMessage(time_unix_nano=event.time_ns, name=event.name, attributes=_attributes(event.attributes))
            for event in span.events
        ),
        links=tuple(
            SpanLinkMessage(
                trace_id=shown_id(bytes.fromhex(link.trace_id)),
                span_id=shown_id(bytes.fromhex(link.span_id)),
                attributes=_attributes(link.attributes),
            )
            for link in span.links
        ),
        status=StatusMessage(message=span.status_message, code=_CODES[span.status]),
    )


def trace_bytes(trace_id: str) -> bytes:
    """Return the 16 bytes of a trace's id; of one that is none of OpenTelemetry's, some that stand for it."""
    found = _TRACE_ID.fullmatch(trace_id)
    return bytes.fromhex(found[1]) if found else hashlib.blake2b(trace_id.encode(), digest_size=16).digest()


def shown_id(raw: bytes) -> str:
    """Show an id as protobuf's JSON shows bytes: in base64."""
    return b64encode(raw).decode()


def _attributes(attributes: Mapping[str, AttributeValue]) -> tuple[AttributeMessage, ...]:
    return tuple(AttributeMessage(key=key, value=any_value(value)) for key, value in attributes.items())


def _entity(trace_id: str, message: SpanMessage) -> Span:
    attributes = _read_attributes(message.attributes)
    status = message.status or StatusMessage()
    return Span(
        trace_id=trace_id,
        span_id=b64decode(message.span_id).hex(),
        parent_id=b64decode(message.parent_span_id).hex() if message.parent_span_id else None,
        name=message.name,
        type=conventions.span_type(attributes),
        start_time_ns=message.start_time_unix_nano,
        end_time_ns=message.end_time_unix_nano,
        status=_STATUSES.get(status.code, SpanStatus.UNSET),
        status_message=status.message,
        attributes=attributes,
        events=tuple(
            SpanEvent(name=each.name, time_ns=each.time_unix_nano, attributes=_read_attributes(each.attributes))
            for each in message.events
        ),
        links=tuple(
            SpanLink(
                trace_id=b64decode(each.trace_id).hex(),
                span_id=b64decode(each.span_id).hex(),
                attributes=_read_attributes(each.attributes),
            )
            for each in message.links
        ),
    )


def _read_attributes(messages: Sequence[AttributeMessage]) -> dict[str, AttributeValue]:
    return {message.key: _read_value(message.value) for message in messages}


def _read_value(value: Mapping[str, Any]) -> AttributeValue:
    for kind, inner in value.items():
        match kind:
            case "bytes_value":
                return b64decode(inner)
            case "double_value":
                return float(inner)
            case "array_value":
                return [_read_value(item) for item in inner.get("values", ())]
            case "kvlist_value":
                return {pair["key"]: _read_value(pair.get("value", {})) for pair in inner.get("values", ())}
            case _:
                plain: AttributeValue = inner
                return plain
    return None

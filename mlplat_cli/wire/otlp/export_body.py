"""`ExportTraceServiceRequest`, written. In: spans. Out: its JSON form, as `export_request` reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mlplat_cli.entities import AttributeValue, Span, Tag
from mlplat_cli.wire.messages.span import any_value, shown_attributes, trace_bytes

_STATUSES = ("UNSET", "OK", "ERROR")


def write_json(spans: Sequence[Span], tags: Sequence[Tag] = ()) -> bytes:
    """Write a request; tags are what the spans' maker says of itself."""
    resource = {"attributes": _attributes({tag.key: tag.value for tag in tags})}
    scope = {"spans": [_span(span) for span in spans]}
    return msgspec.json.encode({"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]})


def _span(span: Span) -> dict[str, Any]:
    return {
        "traceId": trace_bytes(span.trace_id).hex(),
        "spanId": span.span_id,
        "parentSpanId": span.parent_id or "",
        "name": span.name,
        "startTimeUnixNano": str(span.start_time_ns),
        "endTimeUnixNano": str(span.end_time_ns or 0),
        # The trace's own id is among them, where OpenTelemetry could not have it.
        "attributes": _attributes(shown_attributes(span)),
        "events": [
            {"name": each.name, "timeUnixNano": str(each.time_ns), "attributes": _attributes(each.attributes)}
            for each in span.events
        ],
        "links": [
            {"traceId": each.trace_id, "spanId": each.span_id, "attributes": _attributes(each.attributes)}
            for each in span.links
        ],
        "status": {"message": span.status_message, "code": _STATUSES.index(span.status.value)},
    }


def _attributes(attributes: Mapping[str, AttributeValue]) -> list[dict[str, Any]]:
    return [{"key": key, "value": any_value(value, _camel)} for key, value in attributes.items()]


def _camel(name: str) -> str:
    return name.replace("_v", "V")

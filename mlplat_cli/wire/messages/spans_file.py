"""The file `traces.json`, in which MLflow keeps a trace's spans. In: spans. Out: its bytes.

{"spans": [{trace_id, span_id, parent_span_id (base64), name, start_time_unix_nano, end_time_unix_nano, status,
attributes (JSON texts by name), events, links}]}, as MLflow 3.17 was seen to write it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlplat_cli.entities import AttributeValue, Span
from mlplat_cli.wire.messages.span import any_value, shown_attributes, shown_id, trace_bytes


def spans_file(spans: Sequence[Span]) -> bytes:
    """Write the spans of a trace as such a file."""
    return json.dumps({"spans": [_shown(span) for span in spans]}, ensure_ascii=False).encode()


def _shown(span: Span) -> dict[str, Any]:
    return {
        "trace_id": shown_id(trace_bytes(span.trace_id)),
        "span_id": shown_id(bytes.fromhex(span.span_id)),
        "parent_span_id": shown_id(bytes.fromhex(span.parent_id)) if span.parent_id else None,
        "name": span.name,
        "start_time_unix_nano": span.start_time_ns,
        "end_time_unix_nano": span.end_time_ns,
        "status": {"code": f"STATUS_CODE_{span.status.value}", "message": span.status_message},
        "attributes": {name: _written(value) for name, value in shown_attributes(span).items()},
        "events": [
            {"name": event.name, "time_unix_nano": event.time_ns, "attributes": _plain(event.attributes)}
            for event in span.events
        ],
        "links": [
            {
                "trace_id": shown_id(bytes.fromhex(link.trace_id)),
                "span_id": shown_id(bytes.fromhex(link.span_id)),
                "attributes": _plain(link.attributes),
            }
            for link in span.links
        ],
    }


def _written(value: AttributeValue) -> str:
    # MLflow's clients send JSON texts, other exporters plain ones.
    if isinstance(value, str) and _is_json(value):
        return value
    return json.dumps(_plain(value), ensure_ascii=False)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return any_value(value)["bytes_value"] if isinstance(value, bytes) else value

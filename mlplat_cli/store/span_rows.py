"""Rows of the table `spans`. In: spans. Out: rows, and spans again, every attribute with its type.

Attributes are a JSON object, so that databases can look into it, written as people write JSON, so that filters find
what they ask for. What JSON lacks is an object of one key, `$bytes` or `$double`; `$map` is around a map that looks so.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from mlplat_cli.entities import AttributeValue, Span, SpanEvent, SpanLink, SpanStatus
from mlplat_cli.store.trace_tables import spans
from mlplat_cli.wire.otlp.conventions import token_usage

_BYTES, _DOUBLE, _MAP = _SPECIAL = ("$bytes", "$double", "$map")
_UNKNOWN_CHARACTER = "\ufffd"


class _Content(msgspec.Struct, omit_defaults=True):
    message: str = ""
    events: list[tuple[str, int, dict[str, Any]]] = []
    links: list[tuple[str, str, dict[str, Any]]] = []


_decode_attributes = msgspec.json.Decoder(dict[str, Any]).decode
_decode_content = msgspec.json.Decoder(_Content).decode
_EMPTY = "{}"


def span_row(trace: int, span: Span) -> tuple[Any, ...]:
    """Make a row, its values in the order of the table's columns."""
    usage = token_usage(span.attributes)
    return (
        trace,
        span.span_id,
        span.parent_id,
        _clean(span.name),
        _clean(span.type),
        span.status.value,
        span.start_time_ns,
        span.end_time_ns,
        *(usage or (None, None, None)),
        _written(_stored_map(span.attributes)),
        _content(span),
    )


def read_span(trace_id: str, row: Row[Any]) -> Span:
    """Make the entity of a row."""
    columns = row._mapping
    content = _Content() if columns["content"] == _EMPTY else _decode_content(columns["content"])
    return Span(
        trace_id=trace_id,
        span_id=columns["span_id"],
        parent_id=columns["parent_id"],
        name=columns["name"],
        type=columns["type"],
        status=SpanStatus(columns["status"]),
        status_message=content.message,
        start_time_ns=columns["start_time"],
        end_time_ns=columns["end_time"],
        attributes=_loaded_map(_decode_attributes(columns["attributes"])),
        events=tuple(
            SpanEvent(name=name, time_ns=time, attributes=_loaded_map(found)) for name, time, found in content.events
        ),
        links=tuple(
            SpanLink(trace_id=trace, span_id=span, attributes=_loaded_map(found))
            for trace, span, found in content.links
        ),
    )


def overwritten_columns() -> list[str]:
    """Name the columns that a span's second coming overwrites."""
    return [str(column.name) for column in spans.columns if not column.primary_key]


def _content(span: Span) -> str:
    if not (span.status_message or span.events or span.links):
        return _EMPTY
    content = _Content(
        _clean(span.status_message),
        [(_clean(event.name), event.time_ns, _stored_map(event.attributes)) for event in span.events],
        [(link.trace_id, link.span_id, _stored_map(link.attributes)) for link in span.links],
    )
    return _written(msgspec.to_builtins(content))


def _written(stored: object) -> str:
    return json.dumps(stored, ensure_ascii=False)


def _stored_map(attributes: Mapping[str, AttributeValue]) -> dict[str, Any]:
    return {_clean(key): _stored(value) for key, value in attributes.items()}


def _stored(value: AttributeValue) -> Any:
    match value:
        case str():
            return _clean(value)
        case bool() | int() | None:
            return value
        case float():
            return value if math.isfinite(value) else {_DOUBLE: str(value)}
        case bytes():
            return {_BYTES: b64encode(value).decode()}
        case list():
            return [_stored(item) for item in value]
        case dict():
            stored = _stored_map(value)
            return {_MAP: stored} if len(value) == 1 and next(iter(value)) in _SPECIAL else stored


def _loaded_map(stored: Mapping[str, Any]) -> dict[str, AttributeValue]:
    return {key: _loaded(value) if isinstance(value, list | dict) else value for key, value in stored.items()}


def _loaded(value: Any) -> AttributeValue:
    if isinstance(value, list):
        return [_loaded(item) for item in value]
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return] # what JSON has is what attributes may be
    match value:
        case {"$bytes": str(encoded)} if len(value) == 1:
            return b64decode(encoded)
        case {"$double": str(number)} if len(value) == 1:
            return float(number)
        case {"$map": dict(inner)} if len(value) == 1:
            return _loaded_map(inner)
        case _:
            return _loaded_map(value)


def _clean(text: str) -> str:
    # A NUL inside JSON is more than PostgreSQL's functions for JSON take.
    return text.replace("\0", _UNKNOWN_CHARACTER) if "\0" in text else text


def totals(rows: Iterable[Row[Any]]) -> tuple[int, int, int] | None:
    """Add up the tokens of a trace: those of a span within one that has tokens itself are counted there already.

    Args:
        rows: of all spans of the trace, with ids and tokens.
    """
    spans_by_id = {row.span_id: row for row in rows}
    counted = [
        (row.input_tokens, row.output_tokens, row.total_tokens)
        for row in spans_by_id.values()
        if row.total_tokens is not None and not _is_within_counted(row, spans_by_id)
    ]
    if not counted:
        return None
    read, written, total = map(sum, zip(*counted, strict=True))
    return read, written, total


def _is_within_counted(row: Row[Any], spans_by_id: Mapping[str, Row[Any]]) -> bool:
    seen = {row.span_id}
    while row.parent_id in spans_by_id and row.parent_id not in seen:
        seen.add(row.parent_id)
        row = spans_by_id[row.parent_id]
        if row.total_tokens is not None:
            return True
    return False

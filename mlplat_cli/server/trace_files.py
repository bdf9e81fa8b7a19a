"""Spans in files. In: a trace whose spans no client sent to the store. Out: the same with those of its `traces.json`.

Clients of MLflow before 3.4 write that file below the trace's artifact location; so do their runs that were imported.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from mlplat_cli.artifacts import open_location
from mlplat_cli.entities import AttributeValue, Span, Trace, TraceInfo
from mlplat_cli.errors import ArtifactError, NotFoundError, NotSupportedError
from mlplat_cli.importing.trace_values import SPANS_FILE, read_spans
from mlplat_cli.server.service import Service
from mlplat_cli.store.trace_rows import ARTIFACT_LOCATION


def with_files(service: Service, trace: Trace) -> Trace:
    """Return a trace with the spans of its file, if it has none of its own."""
    if trace.spans:
        return trace
    content = read_file(service, trace.info)
    if content is None:
        return trace
    return msgspec.structs.replace(trace, spans=_spans(trace.info.trace_id, content))


def read_file(service: Service, info: TraceInfo) -> bytes | None:
    """Read the file of a trace; None where there is none."""
    location = next((tag.value for tag in info.tags if tag.key == ARTIFACT_LOCATION), None)
    if location is None:
        return None
    try:
        with open_location(location, service.home).open_read(SPANS_FILE).stream as stream:
            return stream.read()
    except (NotFoundError, NotSupportedError, ArtifactError):
        return None


def _spans(trace_id: str, content: bytes) -> tuple[Span, ...]:
    try:
        found = read_spans(trace_id, content)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ()
    decoded = (_decoded(span) for span in found)
    return tuple(sorted(decoded, key=lambda span: span.start_time_ns))


def _decoded(span: Span) -> Span:
    return msgspec.structs.replace(span, attributes={name: _value(text) for name, text in span.attributes.items()})


def _value(text: Any) -> AttributeValue:
    if not isinstance(text, str):
        plain: AttributeValue = text
        return plain
    try:
        read: AttributeValue = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return read

"""A trace as a folder of an `mlruns/` folder. In: a trace. Out: its files.

trace_info.yaml                   what is known of it
tags/… request_metadata/…         a file for each
artifacts/traces.json             its spans
assessments/ID.yaml               what is thought of it
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from mlplat_cli.entities import Trace
from mlplat_cli.exporting.meta_file import write_text, write_values, write_yaml
from mlplat_cli.store.trace_rows import ARTIFACT_LOCATION, SPANS_LOCATION
from mlplat_cli.wire.messages.assessment import assessment_message
from mlplat_cli.wire.messages.spans_file import spans_file
from mlplat_cli.wire.messages.trace import trace_info_message

_APART = ("tags", "trace_metadata", "assessments", "execution_duration")


def write_trace(folder: Path, trace: Trace) -> list[str]:
    """Write a trace; return the keys of tags and metadata that no file can be named after."""
    info = trace.info
    tags = {tag.key: tag.value for tag in info.tags if tag.key != SPANS_LOCATION}
    tags[ARTIFACT_LOCATION] = (folder / "artifacts").as_uri()
    refused = write_values(folder / "tags", tags)
    refused += write_values(folder / "request_metadata", {tag.key: tag.value for tag in info.trace_metadata})
    write_text(folder / "artifacts" / "traces.json", spans_file(trace.spans).decode())
    for assessment in info.assessments:
        shown = msgspec.to_builtins(assessment_message(assessment))
        write_yaml(folder / "assessments" / f"{assessment.assessment_id}.yaml", shown)
    fields = msgspec.to_builtins(trace_info_message(info))
    known = {key: value for key, value in fields.items() if key not in _APART}
    write_yaml(folder / "trace_info.yaml", {**known, "execution_duration_ms": info.execution_duration})
    return refused

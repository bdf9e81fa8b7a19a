"""Traces of an `mlruns/` folder. In: a trace's folder. Out: a `Trace`.

trace_info.yaml                   what is known of it
tags/… request_metadata/…         a file for each
artifacts/traces.json             its spans
assessments/ID.yaml               what is thought of it
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from mlplat_cli.entities import Assessment, Experiment, Span, Trace
from mlplat_cli.importing.meta_file import UnreadableError, read_meta, read_values
from mlplat_cli.importing.source import Complaints
from mlplat_cli.importing.trace_values import SPANS_FILE, read_assessment, read_info, read_spans
from mlplat_cli.store.trace_rows import ARTIFACT_LOCATION


def read_trace(folder: Path, experiment: Experiment, complain: Complaints) -> Trace:
    """Read a trace; UnreadableError, KeyError or ValueError when its trace_info.yaml is torn."""
    tags = read_values(folder / "tags")
    tags.pop(ARTIFACT_LOCATION, None)
    given = read_meta(folder, "trace_info.yaml")
    info = read_info(given, experiment.experiment_id, tags, read_values(folder / "request_metadata"))
    found = tuple(_assessments(folder / "assessments", info.trace_id, complain))
    return Trace(info=replace(info, assessments=found), spans=_spans(folder, info.trace_id, complain))


def _spans(folder: Path, trace_id: str, complain: Complaints) -> tuple[Span, ...]:
    path = folder / "artifacts" / SPANS_FILE
    try:
        return read_spans(trace_id, path.read_bytes())
    except FileNotFoundError:
        complain(f"{path}: the spans of the trace are missing")
    except (OSError, KeyError, TypeError, ValueError):
        complain(f"{path}: it is torn")
    return ()


def _assessments(folder: Path, trace_id: str, complain: Complaints) -> Iterator[Assessment]:
    for path in sorted(folder.glob("*.yaml")):
        try:
            yield read_assessment(trace_id, read_meta(folder, path.name))
        except UnreadableError as error:
            complain(str(error))
        except (KeyError, ValueError):
            complain(f"{path}: it is torn")

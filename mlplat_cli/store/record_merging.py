"""Records of evaluation datasets that meet: what is the same, and what becomes of both. No SQL.

Values are kept as JSON in ASCII, so that every text that JSON can carry finds room in every database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from mlplat_cli.entities import NewEvaluationRecord

Fields = dict[str, dict[str, str]]
"""JSON types by part of a record and key."""

Row = dict[str, Any]
"""A record as its table holds it."""


def inputs_digest(inputs: dict[str, Any]) -> str:
    """Name inputs, whatever the order of their keys; 64 hex digits."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def content_of(record: NewEvaluationRecord) -> Row:
    """Write what a new record holds."""
    source = record.source
    return {
        "inputs": json.dumps(record.inputs),
        "outputs": None if record.outputs is None else json.dumps(record.outputs),
        "expectations": json.dumps(record.expectations),
        "tags": json.dumps(record.tags),
        "source": source and json.dumps({"source_type": source.source_type, "source_data": source.source_data}),
    }


def merged(row: Row, record: NewEvaluationRecord) -> Row:
    """Write what becomes of a kept record when another one with its inputs comes."""
    changes: Row = {
        "expectations": json.dumps(json.loads(row["expectations"]) | record.expectations),
        "tags": json.dumps(json.loads(row["tags"]) | record.tags),
    }
    if record.outputs is not None:
        changes["outputs"] = json.dumps(record.outputs)
    return changes


def with_fields(known: Fields, records: Iterable[NewEvaluationRecord]) -> Fields:
    """Add the JSON types of what new records hold; the first type of a key stays, but null gives way."""
    found: Fields = {part: dict(known.get(part, {})) for part in ("inputs", "outputs", "expectations")}
    for record in records:
        outputs = record.outputs if isinstance(record.outputs, dict) else {}
        for part, values in (("inputs", record.inputs), ("outputs", outputs), ("expectations", record.expectations)):
            for key, value in values.items():
                if found[part].get(key, "null") == "null":
                    found[part][key] = _type_name(value)
    return found


def _type_name(value: object) -> str:
    # bool before int, of which it is a kind.
    names = ((bool, "boolean"), (int, "integer"), (float, "float"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "null")

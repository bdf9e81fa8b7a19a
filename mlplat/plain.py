"""Values as JSON can say them. In: whatever a script logs in a dict or table. Out: texts, numbers, lists and dicts."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """Return a value that JSON does not know as one that it does: arrays as lists, dates in ISO 8601, else text."""
    for method in ("tolist", "isoformat"):  # numpy's arrays and numbers, torch's tensors; dates and times
        if hasattr(value, method):
            return getattr(value, method)()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, (bytes, bytearray)):
        from base64 import b64encode

        return b64encode(value).decode("ascii")
    return str(value)


def indented_json(value: Any) -> str:
    """Return JSON for people, indented by 2."""
    import json

    return json.dumps(value, indent=2, default=plain, ensure_ascii=False)

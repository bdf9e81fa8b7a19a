"""What SQLite lacks. In: values of rows. Out: what other databases have functions of their own for."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import lru_cache

import msgspec

_decode = msgspec.json.Decoder(dict[str, object]).decode


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection the functions; the operator REGEXP calls the one of that name."""
    connection.create_function("unicode_lower", 1, _lower, deterministic=True)
    connection.create_function("regexp", 2, _regexp, deterministic=True)
    connection.create_function("json_member", 2, _json_member, deterministic=True)


def _lower(text: str | None) -> str | None:
    # SQLite's own knows no letters but ASCII's.
    return None if text is None else text.lower()


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _regexp(pattern: str, text: str | None) -> bool | None:
    return None if text is None else _compiled(pattern).search(text) is not None


def _json_member(document: str | None, key: str) -> str | None:
    if document is None:
        return None
    value = _decode(document).get(key)
    if value is None or isinstance(value, str):
        return value and value.strip('"')
    return json.dumps(value, ensure_ascii=False)

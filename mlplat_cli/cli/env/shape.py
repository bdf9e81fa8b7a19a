"""An environment as commands print it."""

from __future__ import annotations

from typing import Any

import msgspec

from mlplat_cli.environments.catalog import EnvironmentRecord

_MEGABYTE = 1e6


def environment_json(record: EnvironmentRecord) -> dict[str, Any]:
    """Return an environment's JSON without its lock; documented in docs/json-output.md."""
    shown: dict[str, Any] = msgspec.to_builtins(record, enc_hook=str)
    shown.pop("lock")
    return shown


def megabytes(size: int) -> str:
    """Write a size."""
    return f"{size / _MEGABYTE:.1f} MB"

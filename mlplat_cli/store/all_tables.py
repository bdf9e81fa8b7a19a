"""Every table of the schema. In: nothing. Out: `metadata` with all of them, whichever files define them."""

from __future__ import annotations

import mlplat_cli.store.evaluation_tables
import mlplat_cli.store.model_tables
import mlplat_cli.store.registry_tables
import mlplat_cli.store.trace_tables
import mlplat_cli.store.webhook_tables  # noqa: F401 - these add their tables to `metadata`
from mlplat_cli.store.tables import metadata

__all__ = ["metadata"]

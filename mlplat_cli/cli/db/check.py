"""`mlplat db check`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def check_database(tracking_uri: TrackingUri = None, as_json: Json = False) -> None:
    """Look a store's database over and count what it holds.

    Nothing is changed. The exit code is 7 where damage was found.
    """
    from mlplat_cli.cli.console import print_json, print_record
    from mlplat_cli.cli.session import require_store
    from mlplat_cli.errors import StoreError
    from mlplat_cli.settings.address import find_store
    from mlplat_cli.tracking.checkup import check

    address = find_store(tracking_uri)
    require_store(address)
    found = check(address)
    health = found.database
    shown = {
        "database": health.place,
        "schema": health.revision or "none",
        "schema_needed": health.head,
        "counts": dict(health.counts),
        "pending_journals": found.pending_journals,
        "pending_bytes": found.pending_bytes,
        "faults": list(health.faults),
    }
    if as_json:
        print_json({"version": 1} | shown)
    else:
        print_record(shown | {"faults": list(health.faults) or "none"})
    if health.faults:
        raise StoreError(f"{health.place} is damaged", hint="put a backup into a new store: mlplat db restore")


command = leaf(check_database, "check")

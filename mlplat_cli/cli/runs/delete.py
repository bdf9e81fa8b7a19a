"""`mlplat runs delete`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import RunIds, TrackingUri


def delete(runs: RunIds, tracking_uri: TrackingUri = None) -> None:
    """Put runs in the bin.

    `mlplat runs restore` brings them back.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import find_run

    with tracking(tracking_uri) as session:
        for info in [find_run(session.store, reference).info for reference in runs]:
            session.store.delete_run(info.run_id)
            say(f"deleted run {info.run_name} ({info.run_id})")


command = leaf(delete, "delete")

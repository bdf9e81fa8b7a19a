"""`mlplat runs restore`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import RunIds, TrackingUri


def restore(runs: RunIds, tracking_uri: TrackingUri = None) -> None:
    """Bring deleted runs back."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import find_run

    with tracking(tracking_uri) as session:
        for info in [find_run(session.store, reference).info for reference in runs]:
            session.store.restore_run(info.run_id)
            say(f"restored run {info.run_name} ({info.run_id})")


command = leaf(restore, "restore")

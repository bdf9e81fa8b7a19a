"""`mlplat db upgrade`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def upgrade_database(tracking_uri: TrackingUri = None, as_json: Json = False) -> None:
    """Bring a store's tables to this version's schema.

    A SQLite file is upgraded by whatever command opens it; a server's database only by this one.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.settings.address import find_store
    from mlplat_cli.store.revisions import upgrade

    change = upgrade(find_store(tracking_uri).database)
    if as_json:
        print_json({"version": 1, "before": change.before, "after": change.after})
    elif change.before == change.after:
        say(f"schema {change.after} already")
    else:
        say(f"schema {change.before or 'none'} -> {change.after}")


command = leaf(upgrade_database, "upgrade")

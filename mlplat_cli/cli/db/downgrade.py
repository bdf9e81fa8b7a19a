"""`mlplat db downgrade`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def downgrade_database(
    revision: Annotated[str, typer.Argument(metavar="REVISION", help="An earlier schema, such as 0001.")],
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Take a store's tables back to an earlier schema.

    What the earlier schema has no place for is lost there. A SQLite file is copied first; of a server's database make a
    backup.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.settings.address import find_store
    from mlplat_cli.store.revisions import downgrade

    change = downgrade(find_store(tracking_uri).database, revision)
    if as_json:
        print_json({"version": 1, "before": change.before, "after": change.after})
    elif change.before == change.after:
        say(f"schema {change.after} already")
    else:
        say(f"schema {change.before} -> {change.after}")


command = leaf(downgrade_database, "downgrade")

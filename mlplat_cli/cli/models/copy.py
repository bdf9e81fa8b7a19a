"""`mlplat models copy`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Version
from mlplat_cli.cli.options import Json, TrackingUri


def copy_version(
    version: Version,
    destination: Annotated[str, typer.Argument(metavar="NAME", help="Registered model that gets the new version.")],
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Add a version of one registered model to another.

    The name is made when it is new. The files are shared, and description and tags are taken along.
    """
    from mlplat_cli.cli.models.shape import print_new_version
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.registration import register
    from mlplat_cli.registry.versions import find_version

    progress = ConsoleProgress()
    with tracking(tracking_uri) as session:
        source = find_version(session.store, version)
        made = register(
            session,
            f"models:/{source.name}/{source.version}",
            destination,
            progress,
            description=source.description or None,
            tags=source.tags,
        )
    progress.close()
    print_new_version(f"copied version {source.version} of {source.name} to", made, as_json=as_json)


command = leaf(copy_version, "copy")

"""`mlplat models transition`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Reason, Version
from mlplat_cli.cli.options import TrackingUri


def transition(
    version: Version,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="None, Staging, Production or Archived.")],
    archive_existing: Annotated[
        bool, typer.Option("--archive-existing-versions", help="Archive the versions that are in that stage now.")
    ] = False,
    reason: Reason = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Move a version to a stage.

    Aliases do the same with names of your own: mlplat models alias.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.versions import find_version

    with tracking(tracking_uri) as session:
        found = find_version(session.store, version)
        moved = session.store.transition_stage(
            found.name, found.version, stage, archive_existing=archive_existing, reason=reason
        )
    say(f"version {moved.version} of {moved.name} is in stage {moved.current_stage}")


command = leaf(transition, "transition")

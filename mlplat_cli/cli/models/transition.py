"""`mlplat models transition`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Force, Reason, RunGates, Version
from mlplat_cli.cli.options import TrackingUri

if TYPE_CHECKING:
    from mlplat_cli.entities import ModelVersion


def transition(
    version: Version,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="None, Staging, Production or Archived.")],
    archive_existing: Annotated[
        bool, typer.Option("--archive-existing-versions", help="Archive the versions that are in that stage now.")
    ] = False,
    reason: Reason = None,
    force: Force = False,
    run_gates: RunGates = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Move a version to a stage.

    Aliases do the same with names of your own: mlplat models alias.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.models.consent import consent_for
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.promotion import promote
    from mlplat_cli.registry.versions import find_version

    with tracking(tracking_uri) as session:
        found = find_version(session.store, version)

        def move() -> ModelVersion:
            return session.store.transition_stage(
                found.name, found.version, stage, archive_existing=archive_existing, reason=reason, force=force
            )

        consent = consent_for(session.address, given=run_gates)
        moved = promote(session, found, move, consent, ConsoleProgress())
    say(f"version {moved.version} of {moved.name} is in stage {moved.current_stage}")


command = leaf(transition, "transition")

"""`mlplat experiments rename`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import ExperimentRef, TrackingUri


def rename(
    experiment: ExperimentRef,
    new_name: Annotated[str, typer.Argument(metavar="NEW-NAME", help="Name, unique in the store.")],
    tracking_uri: TrackingUri = None,
) -> None:
    """Give an experiment another name."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import find_experiment

    with tracking(tracking_uri) as session:
        found = find_experiment(session.store, experiment)
        session.store.rename_experiment(found.experiment_id, new_name)
    say(f"renamed experiment {found.name} ({found.experiment_id}) to {new_name}")


command = leaf(rename, "rename")

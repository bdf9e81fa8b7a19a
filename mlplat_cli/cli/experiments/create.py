"""`mlplat experiments create`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name, unique in the store.")],
    artifact_location: Annotated[
        str | None, typer.Option("--artifact-location", "-l", help="Where the artifacts of its runs are kept.")
    ] = None,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Create an experiment and print its id."""
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.cli.experiments.shape import SCHEMA_VERSION, experiment_json
    from mlplat_cli.cli.session import tracking

    with tracking(tracking_uri, create=True) as session:
        made = session.store.create_experiment(name, artifact_location)
    if as_json:
        print_json({"version": SCHEMA_VERSION} | experiment_json(made))
    else:
        say(f"created experiment {made.name} ({made.experiment_id})")


command = leaf(create, "create")

"""`mlplat experiments list`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def list_experiments(
    filter: Annotated[str | None, typer.Option(help="Such as: name LIKE 'wine%' and tags.team = 'x'.")] = None,
    order_by: Annotated[list[str] | None, typer.Option(help="Such as: name ASC; repeatable.")] = None,
    max_results: Annotated[int, typer.Option("--max-results", "-n", min=1, help="How many at most.")] = 1000,
    deleted: Annotated[bool, typer.Option("--deleted", help="List the bin instead.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """List experiments, newest first."""
    from mlplat_cli.cli.console import moment, print_json, print_table
    from mlplat_cli.cli.experiments.shape import SCHEMA_VERSION, experiment_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.entities import ViewType

    view = ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY
    with tracking(tracking_uri) as session:
        found = session.store.search_experiments(
            filter=filter, view=view, order_by=order_by or (), max_results=max_results
        ).items
    if as_json:
        print_json({"version": SCHEMA_VERSION, "experiments": [experiment_json(each) for each in found]})
        return
    print_table(
        ["ID", "NAME", "CREATED", "ARTIFACTS"],
        [[each.experiment_id, each.name, moment(each.creation_time), each.artifact_location] for each in found],
    )


command = leaf(list_experiments, "list")

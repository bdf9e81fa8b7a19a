"""`mlplat models list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri

if TYPE_CHECKING:
    from mlplat_cli.entities import RegisteredModel


_PAGE = 1000
"""What a server gives at most at once."""


def list_models(
    filter: Annotated[str | None, typer.Option(help="Such as: name LIKE 'wine%' and tags.team = 'x'.")] = None,
    order_by: Annotated[
        list[str] | None, typer.Option(help="Such as: last_updated_timestamp DESC; repeatable.")
    ] = None,
    max_results: Annotated[int, typer.Option("--max-results", "-n", min=1, help="How many at most.")] = 100,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """List registered models."""
    from itertools import islice

    from mlplat_cli.cli.console import moment, print_json, print_table, shortened
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION, model_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.entities import all_items

    with tracking(tracking_uri) as session:
        store = session.store
        pages = all_items(
            lambda token: store.search_registered_models(
                filter=filter, order_by=order_by or (), max_results=min(max_results, _PAGE), page_token=token
            )
        )
        found = list(islice(pages, max_results))
    if as_json:
        print_json({"version": SCHEMA_VERSION, "models": [model_json(each) for each in found]})
        return
    print_table(
        ["NAME", "VERSION", "ALIASES", "CHANGED", "DESCRIPTION"],
        [
            [
                each.name,
                newest_version(each),
                ", ".join(f"{alias}={version}" for alias, version in each.aliases),
                moment(each.last_updated_timestamp),
                shortened(each.description),
            ]
            for each in found
        ],
    )


def newest_version(model: RegisteredModel) -> str:
    """Return the number of a model's newest version; "" where it has none."""
    return str(max((int(each.version) for each in model.latest_versions), default=""))


command = leaf(list_models, "list")

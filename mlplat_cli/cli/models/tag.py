"""`mlplat models tag`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Subject
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.errors import InvalidInputError, NotFoundError


def tag(
    model: Subject,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Name of the tag.")],
    value: Annotated[str | None, typer.Argument(metavar="[VALUE]", help="What it says.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Remove the tag.")] = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Set or remove a tag of a registered model or version."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.entities import Tag
    from mlplat_cli.registry.versions import find_subject

    if delete == (value is not None):
        raise InvalidInputError("give the value of the tag, or --delete")
    with tracking(tracking_uri) as session:
        store = session.store
        name, version = find_subject(store, model)
        shown = name if version is None else f"{name}/{version}"
        if value is not None:
            if version is None:
                store.set_registered_model_tag(name, Tag(key, value))
            else:
                store.set_model_version_tag(name, version, Tag(key, value))
            say(f"set tag {key} of {shown}")
            return
        found = store.get_registered_model(name) if version is None else store.get_model_version(name, version)
        if key not in {each.key for each in found.tags}:
            raise NotFoundError(f"{shown} has no tag {key!r}")
        if version is None:
            store.delete_registered_model_tag(name, key)
        else:
            store.delete_model_version_tag(name, version, key)
        say(f"removed tag {key} of {shown}")


command = leaf(tag, "tag")

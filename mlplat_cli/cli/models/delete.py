"""`mlplat models delete`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Subject
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.cli.question import confirm
from mlplat_cli.errors import InvalidInputError


def delete(
    model: Subject,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Delete a version, or a registered model with all its versions.

    There is no way back; the files and runs behind them stay.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.versions import find_subject, versions_of

    with tracking(tracking_uri) as session:
        store = session.store
        name, version = find_subject(store, model)
        if version is not None:
            pointing = store.get_model_version(name, version).aliases
            what = f"version {version} of {name}" + (f" (alias {', '.join(pointing)})" if pointing else "")
        else:
            what = f"model {name} and its {len(versions_of(store, name))} version(s)"
        _ask(what, yes=yes)
        if version is None:
            store.delete_registered_model(name)
        else:
            store.delete_model_version(name, version)
    say(f"deleted {what}")


def _ask(what: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidInputError(f"this deletes {what} for good", hint="say so: --yes")
    confirm(f"Delete {what} for good?")


command = leaf(delete, "delete")

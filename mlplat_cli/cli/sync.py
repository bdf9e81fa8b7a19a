"""`mlplat sync`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json

if TYPE_CHECKING:
    from mlplat_cli.tracking.sync import Synced

REMOTE = ("http://", "https://")


def sync(
    tracking_uri: Annotated[
        str | None,
        typer.Option(help="Server to ship to, http(s)://HOST; MLPLAT_TRACKING_URI, or every server, unless given."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Ship what scripts logged while their server was away."""
    from mlplat.rest_caller import authorization
    from mlplat_cli.cli.console import note, print_json
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.errors import InvalidInputError
    from mlplat_cli.settings.option import Option, resolve
    from mlplat_cli.tracking.sync import spooled_addresses, sync_spool

    chosen = resolve(Option.TRACKING_URI, tracking_uri)
    if tracking_uri is not None and not tracking_uri.startswith(REMOTE):
        raise InvalidInputError(f"--tracking-uri {tracking_uri}: not the http(s) address of a server")
    named = chosen if chosen and chosen.startswith(REMOTE) else None
    progress = ConsoleProgress()
    # The token is for the server that was named; no other one is told it.
    secret = authorization() if named else None
    outcomes = [sync_spool(uri, secret, progress) for uri in ([named] if named else spooled_addresses())]
    progress.close()
    for outcome in outcomes:
        for failure in outcome.failures:
            note(f"mlplat: {failure}")
    if as_json:
        print_json({"version": 1, "servers": outcomes})
    else:
        _say(outcomes)
    return EXIT_UNSYNCED if any(outcome.failures for outcome in outcomes) else 0


EXIT_UNSYNCED = 7
"""As for any store that cannot be written (docs/exit-codes.md)."""


def _say(outcomes: list[Synced]) -> None:
    from mlplat_cli.cli.console import say

    for outcome in outcomes:
        live = f"; {outcome.live} are being written and shipped by their processes" if outcome.live else ""
        say(f"{outcome.uri}: {outcome.journals} journals of {len(outcome.runs)} runs shipped{live}")
    if not outcomes:
        say("nothing waits to be shipped")


command = leaf(sync, "sync")

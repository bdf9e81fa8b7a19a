"""The options of the commands that serve. In: nothing. Out: types for `server` and `ui`, and what both do with them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Annotated

import typer

from mlplat_cli.errors import InvalidInputError

BackendStoreUri = Annotated[
    str | None,
    typer.Option(
        help="Store: a folder, sqlite:///file.db, postgresql://… or mysql://…; the nearest .mlplat/ unless given."
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on; of this machine alone.")]
ArtifactsDestination = Annotated[
    Path | None, typer.Option(help="Folder that takes artifacts and models; the store's own unless given.")
]
ServeArtifacts = Annotated[
    bool, typer.Option("--serve-artifacts/--no-serve-artifacts", help="Whether clients reach artifacts by the server.")
]
AccessLog = Annotated[
    Path | None, typer.Option(help="Append a JSON line for each request to this file; '-' is standard error.")
]
Workers = Annotated[int, typer.Option(min=1, max=64, help="How many processes answer.")]


def serve_store(
    *,
    backend_store_uri: str | None,
    host: str,
    port: int | None,
    artifacts_destination: Path | None,
    serve_artifacts: bool,
    access_log: Path | None,
    workers: int,
    on_ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until a signal.

    Args:
        port: None for the usual one, or the next that is free. workers: how many processes answer.
        on_ready: told the address, after the user was.
    """
    from mlplat_cli.cli.console import note
    from mlplat_cli.server.standalone import ServerOptions, serve
    from mlplat_cli.settings.address import find_store

    address = find_store(backend_store_uri)

    def tell(url: str) -> None:
        note(f"mlplat: {address.home} is served at {url}")
        on_ready(url)

    with _opened(access_log) as opened:
        options = ServerOptions(
            address=address,
            host=host,
            port=port,
            artifacts=artifacts_destination,
            serve_artifacts=serve_artifacts,
            access_log=opened,
            workers=workers,
        )
        serve(options, on_ready=tell)


def _opened(path: Path | None) -> AbstractContextManager[IO[str] | None]:
    if path is None:
        return nullcontext()
    if str(path) == "-":
        return nullcontext(sys.stderr)
    try:
        return path.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise InvalidInputError(f"--access-log {path}: {error.strerror}") from error

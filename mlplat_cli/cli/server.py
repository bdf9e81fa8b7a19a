"""`mlplat server`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.errors import InvalidInputError


def server(
    backend_store_uri: Annotated[
        str | None, typer.Option(help="Store: a folder or sqlite:///file.db; the nearest .mlplat/ unless given.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; of this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 5000,
    artifacts_destination: Annotated[
        Path | None, typer.Option(help="Folder that takes artifacts and models; the store's own unless given.")
    ] = None,
    serve_artifacts: Annotated[
        bool,
        typer.Option("--serve-artifacts/--no-serve-artifacts", help="Whether clients reach artifacts by the server."),
    ] = True,
    access_log: Annotated[
        Path | None, typer.Option(help="Append a JSON line for each request to this file; '-' is standard error.")
    ] = None,
) -> None:
    """Serve a store to MLflow clients and remote scripts."""
    from mlplat_cli.cli.console import note
    from mlplat_cli.server.standalone import ServerOptions, serve
    from mlplat_cli.settings.address import find_store

    address = find_store(backend_store_uri)
    with _opened(access_log) as opened:
        options = ServerOptions(
            address=address,
            host=host,
            port=port,
            artifacts=artifacts_destination,
            serve_artifacts=serve_artifacts,
            access_log=opened,
        )
        serve(options, on_ready=lambda url: note(f"mlplat: {address.home} is served at {url}"))


def _opened(path: Path | None) -> AbstractContextManager[IO[str] | None]:
    if path is None:
        return nullcontext()
    if str(path) == "-":
        return nullcontext(sys.stderr)
    try:
        return path.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise InvalidInputError(f"--access-log {path}: {error.strerror}") from error


command = leaf(server, "server")

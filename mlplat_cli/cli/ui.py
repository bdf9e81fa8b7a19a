"""`mlplat ui`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.server_options import (
    AccessLog,
    ArtifactsDestination,
    BackendStoreUri,
    Host,
    ServeArtifacts,
    Workers,
)


def ui(
    backend_store_uri: BackendStoreUri = None,
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on; 5000 or the next that is free unless given."),
    ] = None,
    artifacts_destination: ArtifactsDestination = None,
    serve_artifacts: ServeArtifacts = True,
    access_log: AccessLog = None,
    workers: Workers = 1,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Whether to open the page; never without a display or in CI.")
    ] = True,
) -> None:
    """Serve a store and open its page in the browser."""
    from mlplat_cli.cli.browser import has_browser, show_page
    from mlplat_cli.cli.server_options import serve_store

    serve_store(
        backend_store_uri=backend_store_uri,
        host=host,
        port=port,
        artifacts_destination=artifacts_destination,
        serve_artifacts=serve_artifacts,
        access_log=access_log,
        workers=workers,
        on_ready=show_page if browser and has_browser() else lambda _: None,
    )


command = leaf(ui, "ui")

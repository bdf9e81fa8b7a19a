"""`mlplat server`."""

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


def server(
    backend_store_uri: BackendStoreUri = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 5000,
    artifacts_destination: ArtifactsDestination = None,
    serve_artifacts: ServeArtifacts = True,
    access_log: AccessLog = None,
    workers: Workers = 1,
) -> None:
    """Serve a store to MLflow clients and remote scripts."""
    from mlplat_cli.cli.server_options import serve_store

    serve_store(
        backend_store_uri=backend_store_uri,
        host=host,
        port=port,
        artifacts_destination=artifacts_destination,
        serve_artifacts=serve_artifacts,
        access_log=access_log,
        workers=workers,
    )


command = leaf(server, "server")

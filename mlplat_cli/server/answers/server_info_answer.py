"""Answers `server-info`."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire.messages.empty import EmptyRequest
from mlplat_cli.wire.messages.server_info import ServerInfoResponse


def server_info(service: Service, request: EmptyRequest) -> ServerInfoResponse:
    """Say what this server can do.

    Uploads in parts are answered and not advertised: a stock client that is told of them (3.17) fails for a large file
    that is named by a `pathlib.Path`, and one stream, which it sends otherwise, is as good here. Who wants parts sets
    MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD.
    """
    on = service.serves_artifacts
    return ServerInfoResponse(
        multipart_downloads_enabled=on,
        presigned_upload_run_id_supported=on,
        presigned_upload_model_id_supported=on,
    )

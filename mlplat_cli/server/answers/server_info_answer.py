"""Answers `server-info`."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire.messages.empty import EmptyRequest
from mlplat_cli.wire.messages.server_info import ServerInfoResponse


def server_info(service: Service, request: EmptyRequest) -> ServerInfoResponse:
    """Say what this server can do."""
    on = service.serves_artifacts
    return ServerInfoResponse(
        multipart_uploads_enabled=on,
        multipart_downloads_enabled=on,
        presigned_upload_run_id_supported=on,
        presigned_upload_model_id_supported=on,
    )

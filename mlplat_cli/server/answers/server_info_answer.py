"""Answers `server-info`."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire.messages.empty import EmptyRequest
from mlplat_cli.wire.messages.server_info import ServerInfoResponse


def server_info(service: Service, request: EmptyRequest) -> ServerInfoResponse:
    """Say what this server can do."""
    return ServerInfoResponse()

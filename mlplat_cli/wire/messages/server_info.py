"""What this server can do, as the stock client asks before it downloads."""

from __future__ import annotations

from msgspec import Struct


class ServerInfoResponse(Struct, kw_only=True, frozen=True):
    """The answer of `server-info`; what is false makes a client take the plain way."""

    store_type: str = "SqlStore"
    workspaces_enabled: bool = False
    trace_archival_enabled: bool = False
    multipart_uploads_enabled: bool = False
    multipart_downloads_enabled: bool = False
    presigned_upload_run_id_supported: bool = False
    presigned_upload_model_id_supported: bool = False

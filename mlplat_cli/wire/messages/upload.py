"""Requests and responses of uploads in parts, and of addresses at which files are sent and fetched."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.wire.codec import Int64


class CreateMultipartUpload(Struct, kw_only=True, frozen=True):
    """Begin an upload; the file gets the last part of `path`, below the folder `artifact_path`."""

    artifact_path: str
    path: str
    num_parts: Int64 = 1


class PartAddress(Struct, kw_only=True, frozen=True):
    """Where a part is PUT, and with which headers."""

    url: str
    part_number: int
    headers: dict[str, str] = {}


class CreateMultipartUploadResponse(Struct, kw_only=True, frozen=True):
    """The upload's name, and an address for each of its parts."""

    upload_id: str
    credentials: tuple[PartAddress, ...]


class SentPart(Struct, kw_only=True, frozen=True):
    """A part as the client has sent it; the tag is the one that it was answered with."""

    part_number: Int64
    etag: str = ""


class CompleteMultipartUpload(Struct, kw_only=True, frozen=True):
    """Make the file of its parts."""

    artifact_path: str
    upload_id: str
    parts: tuple[SentPart, ...] = ()


class AbortMultipartUpload(Struct, kw_only=True, frozen=True):
    """Forget an upload."""

    artifact_path: str
    upload_id: str


class ProxiedDownload(Struct, kw_only=True, frozen=True):
    """Ask for an address at which a proxied file is fetched."""

    artifact_path: str


class ProxiedDownloadResponse(Struct, kw_only=True, frozen=True):
    """The address, the headers that belong to a request to it, and the file's bytes."""

    url: str
    headers: dict[str, str]
    file_size: int


class CreatePresignedUploadUrl(Struct, kw_only=True, frozen=True):
    """Ask for an address at which a file of a run or a logged model is PUT."""

    run_id: str = ""
    model_id: str = ""
    path: str = ""


class CreatePresignedDownloadUrl(Struct, kw_only=True, frozen=True):
    """Ask for an address at which a file of a run is fetched."""

    run_id: str = ""
    path: str = ""


class PresignedUrlResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The address, the headers that belong to a request to it, and the bytes of a file that is fetched."""

    presigned_url: str
    headers: dict[str, str]
    file_size: int | None = None


class UploadOffset(Struct, frozen=True):
    """How many bytes of a file the server has; the file is in its place when that is all of them."""

    offset: int

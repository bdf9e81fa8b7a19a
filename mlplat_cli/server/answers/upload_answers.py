"""Answers `mpu/…` and `presigned…`: files in parts, and addresses at which files are sent and fetched."""

from __future__ import annotations

import ntpath
import posixpath
from urllib.parse import urlsplit

from mlplat_cli.artifacts import open_location
from mlplat_cli.artifacts.address import PROXIED
from mlplat_cli.artifacts.multipart import MultipartUpload
from mlplat_cli.errors import InvalidInputError, NotFoundError, NotSupportedError
from mlplat_cli.server.asked import own_address, own_headers
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.endpoint import PROXY
from mlplat_cli.wire.endpoints.uploads import PART
from mlplat_cli.wire.messages import upload as message
from mlplat_cli.wire.messages.empty import EmptyResponse

_PROXIED = f"{PROXY}/artifacts/"


def create_multipart_upload(
    service: Service, request: message.CreateMultipartUpload
) -> message.CreateMultipartUploadResponse:
    """Make room, and say where each part goes."""
    _serving(service)
    name = ntpath.basename(request.path) if ntpath.splitdrive(request.path)[0] else posixpath.basename(request.path)
    if not name:
        raise InvalidInputError("required parameter 'path' is missing")
    path = posixpath.join(request.artifact_path, name)
    repository, within = service.layout.place(path)
    repository.place(within)
    upload_id = MultipartUpload.begin(service.layout.content.uploads, path, request.num_parts)
    addresses = tuple(
        message.PartAddress(
            url=own_address(PART.format(upload_id=upload_id, part=number)), part_number=number, headers=own_headers()
        )
        for number in range(1, request.num_parts + 1)
    )
    return message.CreateMultipartUploadResponse(upload_id=upload_id, credentials=addresses)


def complete_multipart_upload(service: Service, request: message.CompleteMultipartUpload) -> EmptyResponse:
    """Make the file of its parts."""
    _serving(service)
    upload = MultipartUpload(service.layout.content.uploads, request.upload_id)
    repository, within = service.layout.place(upload.path)
    with repository.begin(within) as file:
        upload.complete([(part.part_number, part.etag) for part in request.parts], file)
    return EmptyResponse()


def abort_multipart_upload(service: Service, request: message.AbortMultipartUpload) -> EmptyResponse:
    """Forget an upload; one that is not there (any more) is none to be forgotten."""
    _serving(service)
    try:
        MultipartUpload(service.layout.content.uploads, request.upload_id).abort()
    except NotFoundError:
        return EmptyResponse()
    return EmptyResponse()


def proxied_download(service: Service, request: message.ProxiedDownload) -> message.ProxiedDownloadResponse:
    """Say where a proxied file is fetched, in parts if need be."""
    _serving(service)
    repository, within = service.layout.place(request.artifact_path)
    opened = repository.open_read(within)
    opened.stream.close()
    return message.ProxiedDownloadResponse(
        url=own_address(_PROXIED + request.artifact_path), headers=own_headers(), file_size=opened.size
    )


def presigned_upload_url(service: Service, request: message.CreatePresignedUploadUrl) -> message.PresignedUrlResponse:
    """Say where a file of a run or of a logged model is PUT."""
    _serving(service)
    if bool(request.run_id) == bool(request.model_id):
        raise InvalidInputError("exactly one of the parameters 'run_id' and 'model_id' is needed")
    if request.run_id:
        uri = service.store.get_run(limits.run_id(request.run_id)).info.artifact_uri
    else:
        uri = service.store.get_logged_model(request.model_id).artifact_uri
    return message.PresignedUrlResponse(presigned_url=_address(service, uri, request.path), headers=own_headers())


def presigned_download_url(
    service: Service, request: message.CreatePresignedDownloadUrl
) -> message.PresignedUrlResponse:
    """Say where a file of a run is fetched."""
    _serving(service)
    uri = service.store.get_run(limits.run_id(request.run_id)).info.artifact_uri
    address = _address(service, uri, request.path)
    opened = open_location(uri, service.home).open_read(request.path)
    opened.stream.close()
    return message.PresignedUrlResponse(presigned_url=address, headers=own_headers(), file_size=opened.size)


def _address(service: Service, uri: str, path: str) -> str:
    """Return where the proxy answers a file below an artifact address."""
    if not path:
        raise InvalidInputError("required parameter 'path' is missing")
    parts = urlsplit(uri)
    if parts.scheme != PROXIED:
        raise NotSupportedError(f"artifacts at {uri} are not reached through this server")
    proxied = posixpath.join(parts.path.lstrip("/"), path)
    repository, within = service.layout.place(proxied)
    repository.place(within)
    return own_address(_PROXIED + proxied)


def _serving(service: Service) -> None:
    if not service.serves_artifacts:
        raise NotSupportedError("this server was started with --no-serve-artifacts")

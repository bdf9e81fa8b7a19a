"""Files in parts, and addresses for files: MLflow's calls, and our own for uploads that go on after a cut.

PUT  /api/1/multipart/{upload_id}/{part}      body: a part of an upload that `mpu/create` began; the answer has its ETag
POST /api/1/uploads/{path}?offset=N&size=S    body: the bytes from N on, perhaps none, of a file of S bytes that is to
     be `mlflow-artifacts:/{path}`. The header `Repr-Digest: sha-256=:BASE64:` (RFC 9530) is that of the whole file.
     answers {"offset": M}: bytes that the server has, M = S says that the file is in its place, digest and all.
     Nothing is taken unless N was what it had; a request that was cut off counts as far as it came. What nobody goes on
     with is forgotten after a day.
"""

from __future__ import annotations

import re

from mlplat_cli.wire.endpoint import API, PROXY, Endpoint
from mlplat_cli.wire.messages import upload
from mlplat_cli.wire.messages.empty import EmptyResponse

PART = "/api/1/multipart/{upload_id}/{part}"
PART_PATH = re.compile(r"/api/1/multipart/([^/]+)/(\d{1,5})", re.ASCII)
UPLOAD = "/api/1/uploads/{path:path}"
UPLOAD_PATH = re.compile(r"/api/1/uploads/(.+)", re.DOTALL)

UPLOADS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        f"{PROXY}/mpu/create/{{artifact_path:path}}",
        upload.CreateMultipartUpload,
        upload.CreateMultipartUploadResponse,
        "create_multipart_upload",
    ),
    Endpoint(
        "POST",
        f"{PROXY}/mpu/complete/{{artifact_path:path}}",
        upload.CompleteMultipartUpload,
        EmptyResponse,
        "complete_multipart_upload",
    ),
    Endpoint(
        "POST",
        f"{PROXY}/mpu/abort/{{artifact_path:path}}",
        upload.AbortMultipartUpload,
        EmptyResponse,
        "abort_multipart_upload",
    ),
    Endpoint(
        "GET",
        f"{PROXY}/presigned/{{artifact_path:path}}",
        upload.ProxiedDownload,
        upload.ProxiedDownloadResponse,
        "proxied_download",
    ),
    Endpoint(
        "POST",
        f"{API}/artifacts/presigned-upload-url",
        upload.CreatePresignedUploadUrl,
        upload.PresignedUrlResponse,
        "presigned_upload_url",
    ),
    Endpoint(
        "POST",
        f"{API}/artifacts/presigned-download-url",
        upload.CreatePresignedDownloadUrl,
        upload.PresignedUrlResponse,
        "presigned_download_url",
    ),
)

"""Files from the web. In: an http or https address and a folder. Out: the file in it, whole or not at all."""

from __future__ import annotations

import base64
import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from mlplat_cli.errors import FetchError
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.address import shown_address

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 60.0


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from https to plain http."""

    def redirect_request(  # noqa: PLR0917 - the signature is the standard library's
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            raise urllib.error.URLError("the server redirects from https to an unencrypted address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(address: str, folder: Path, progress: Progress) -> Path:
    """Fetch a file into a folder under the name that its address ends in.

    A user and password in the address are sent to its host alone, and never shown.

    Raises:
        FetchError: it cannot be fetched, or ended early.
    """
    shown = shown_address(address)
    progress.step(f"downloading {shown}")
    target = folder / _file_name(address)
    partial = target.with_name(target.name + ".part")
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        with opener.open(_request(address), timeout=TIMEOUT_SECONDS) as response, partial.open("wb") as file:
            _copy(response, file, shown, progress)
        partial.replace(target)
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"cannot download {shown}: the server answers {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"cannot download {shown}: {_clean(str(reason), address)}") from None
    finally:
        partial.unlink(missing_ok=True)
    return target


def _request(address: str) -> urllib.request.Request:
    """Build the request; the password goes into a header that a redirect does not carry on."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    request = urllib.request.Request(urlunsplit((parts.scheme, host, parts.path, parts.query, "")))  # noqa: S310 - callers allow http and https only
    request.add_header("User-Agent", "mlplat")
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    return request


def _copy(response: http.client.HTTPResponse, file: IO[bytes], shown: str, progress: Progress) -> None:
    header = response.headers.get("Content-Length")
    total = int(header) if header and header.isdigit() else None
    done = 0
    while chunk := response.read(CHUNK_BYTES):
        file.write(chunk)
        done += len(chunk)
        progress.update(f"{done >> 20} MB", done / total if total else None)
    if total is not None and done < total:
        raise FetchError(f"cannot download {shown}: the connection ended after {done} of {total} bytes")


def _file_name(address: str) -> str:
    name = os.path.basename(unquote(urlsplit(address).path).rstrip("/"))  # noqa: PTH119 - part of an address
    return name if name not in ("", ".", "..") and "\0" not in name else "download"


def _clean(reason: str, address: str) -> str:
    """Keep an address with its secrets out of a reason."""
    return reason.replace(address, shown_address(address))

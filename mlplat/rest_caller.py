"""A store behind the REST protocol. In: its address and secret. Out: what `mlplat.reader.Caller` promises."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
from typing import IO, Any, Dict, List, Optional, Union
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from mlplat.context import USER_HEADER, user
from mlplat.exceptions import NOT_FOUND, UNREACHABLE, MlplatException
from mlplat.reader import Json
from mlplat.version import __version__

TIMEOUT_SECONDS = 60
ARTIFACT_API = "/api/2.0/mlflow-artifacts/artifacts/"
ARTIFACT_SCHEME = "mlflow-artifacts"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_THERE = 404
CHUNK = 1 << 20


class NoRedirect(HTTPRedirectHandler):
    """The secret goes to the address that was named, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


class RestCaller:
    """Asks over HTTP.

    Args:
        uri: the store's address. authorization: value of that header, if the server wants one.
    """

    def __init__(self, uri: str, authorization: Optional[str]) -> None:
        self._uri = uri.rstrip("/")
        self._headers = {"User-Agent": f"mlplat/{__version__}", USER_HEADER: quote(user())}
        if authorization:
            self._headers["Authorization"] = authorization
        # A proxy must not learn the secret of a server on this machine.
        handlers = [ProxyHandler({})] if urlsplit(uri).hostname in LOOPBACK else []
        self._opener = build_opener(NoRedirect(), *handlers)

    def call(self, verb: str, path: str, fields: Json) -> Json:
        """Return what an endpoint answers; MlplatException with the server's error code where it refuses."""
        given = {name: value for name, value in fields.items() if value is not None}
        if verb == "GET":
            query = urlencode(given, doseq=True)
            stream = self._fetch(verb, f"{path}?{query}" if query else path)
        else:
            stream = self._fetch(verb, path, json.dumps(given).encode("utf-8"))
        with stream:
            answer: Json = json.loads(stream.read() or b"{}")
            return answer

    def open_artifact(self, root: str, path: str) -> Optional[IO[bytes]]:
        """Open one file below an artifact address; None when there is none."""
        try:
            return self._fetch("GET", _artifact_path(root, path))
        except MlplatException as error:
            if error.error_code == NOT_FOUND:
                return None
            raise

    def save_artifact(self, root: str, path: str, stream: IO[bytes]) -> None:
        """Keep what a stream holds as one file below an artifact address."""
        with tempfile.TemporaryFile() as whole:  # a request says how long it is before it begins
            shutil.copyfileobj(stream, whole, CHUNK)
            size = whole.tell()
            whole.seek(0)
            headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
            self._fetch("PUT", _artifact_path(root, path), whole, headers).close()

    def list_artifacts(self, root: str, path: str) -> List[Json]:
        """List one folder below an artifact address."""
        query = urlencode({"path": _proxied(root, path)})
        with self._fetch("GET", f"{ARTIFACT_API.rstrip('/')}?{query}") as stream:
            found = json.loads(stream.read() or b"{}").get("files", ())
        return [dict(each, path=f"{path}/{each['path']}".lstrip("/")) for each in found]

    def _fetch(
        self, verb: str, path: str, body: Union[bytes, IO[bytes], None] = None, headers: Optional[Dict[str, str]] = None
    ) -> IO[bytes]:
        address = self._uri + path
        sent = dict(self._headers, **(headers or ({"Content-Type": "application/json"} if body else {})))
        request = Request(address, data=body, headers=sent, method=verb)  # noqa: S310 - the user's http(s) address
        try:
            stream: IO[bytes] = self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except HTTPError as error:
            with error:
                raise self._refused(error) from error
        except (URLError, OSError) as error:
            raise MlplatException(f"cannot reach {self._uri}: {reason_of(error)}", UNREACHABLE) from error
        return stream

    def _refused(self, error: HTTPError) -> MlplatException:
        said = _said(error)
        code = said.get("error_code") or (NOT_FOUND if error.code == NOT_THERE else "INTERNAL_ERROR")
        return MlplatException(f"{self._uri}: {said.get('message') or f'answered {error.code}'}", str(code))


def _artifact_path(root: str, path: str) -> str:
    return ARTIFACT_API + quote(_proxied(root, path))


def _proxied(root: str, path: str) -> str:
    address = urlsplit(root)
    if address.scheme != ARTIFACT_SCHEME:
        raise MlplatException(f"artifacts at {address.scheme}: addresses are not reached from here")
    return f"{address.path.strip('/')}/{path}".rstrip("/")


def reason_of(error: OSError) -> str:
    """Return why no server was reached, in the operating system's words."""
    reason = error.reason if isinstance(error, URLError) else error
    return (isinstance(reason, OSError) and reason.strerror) or str(reason)


def message_of(error: HTTPError) -> str:
    """Return what a server said was wrong."""
    return str(_said(error).get("message") or f"answered {error.code}")


def _said(error: HTTPError) -> Json:
    try:
        said = json.loads(error.read())
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def authorization() -> Optional[str]:
    """Return what the environment says of who is asking, as a header.

    Our own token counts first, then, in the stock client's order, a user with a password and MLflow's token.
    """
    token, other = os.environ.get("MLPLAT_TRACKING_TOKEN"), os.environ.get("MLFLOW_TRACKING_TOKEN")
    user, password = os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD")
    if user and password and not token:
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return f"Bearer {token or other}" if token or other else None

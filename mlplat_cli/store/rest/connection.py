"""One server of the protocol. In: the name of a call of the endpoint table and its request. Out: its response.

A call that only reads is repeated when the server was gone for a moment. One that writes is repeated only where nothing
can have reached the server, so that nothing is ever written twice.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from mlplat_cli.errors import InvalidInputError, MlplatError, NotSupportedError, StoreError
from mlplat_cli.store.rest.access import Access, open_pool
from mlplat_cli.wire.codec import decode_body, encode_query, encode_request
from mlplat_cli.wire.endpoint import OWN, Endpoint
from mlplat_cli.wire.faults import FaultMessage, error_of
from mlplat_cli.wire.table import ENDPOINTS

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

CONNECT_SECONDS = 5.0
READ_SECONDS = 120.0
"""How long a server may think about one answer."""

TRIES = 3
PAUSE_SECONDS = 0.2
"""Before the second try; doubled before each further one."""

_SOON_BACK = (429, 502, 503, 504)
_NOT_TAKEN = (429,)
_UNKNOWN, _WRONG_VERB, _NOT_ANSWERED = 404, 405, 501
_REFUSED = (401, 403)
_PART = re.compile(r"\{(\w+)(:path)?\}")


class Connection:
    """Connections to one server, kept open and shared by threads.

    Args:
        access: its address and how to be let in.
    """

    def __init__(self, access: Access) -> None:
        self.uri = access.uri
        self._headers = {"Accept": "application/json", **access.headers}
        self._pool = open_pool(access)

    def call(self, name: str, request: Struct) -> Any:
        """Ask for a call of the endpoint table and return its response, of the type that the table says.

        Raises:
            InvalidInputError, NotFoundError, AlreadyExistsError: as the server says.
            NotSupportedError: the server does not know the call.
            StoreError: it cannot be reached, refuses the caller, fails, or answers what is none of the protocol.
        """
        endpoint = _lines()[name]
        try:
            target, body = _written(endpoint, request)
        except UnicodeEncodeError as error:
            raise InvalidInputError(f"a value is no Unicode text: {error}") from error
        answer = self.send(endpoint.verb, target, body, repeat=endpoint.only_reads)
        if answer.status != 200:  # noqa: PLR2004
            raise self.fault(answer, endpoint)
        try:
            return decode_body(answer.data, endpoint.response)
        except InvalidInputError as error:
            raise StoreError(f"{self.uri}: {_what_came(answer)} to {endpoint.path}: {error.message}") from error

    def send(
        self,
        verb: str,
        target: str,
        body: Any = None,
        *,
        repeat: bool,
        headers: dict[str, str] | None = None,
        stream: bool = False,
    ) -> BaseHTTPResponse:
        """Send one request and return the answer, whatever its status.

        Args:
            target: path and query below the server's address. repeat: whether asking twice does no harm.
            stream: leave the answer's body to be read by the caller, who releases the connection.

        Raises:
            StoreError: no answer came.
        """
        import urllib3

        given = {**self._headers, **({"Content-Type": "application/json"} if body else {}), **(headers or {})}
        try:
            return self._pool.request(
                verb,
                self.uri + target,
                body=body,
                headers=given,
                retries=_patience(repeat=repeat),
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
                preload_content=not stream,
            )
        except urllib3.exceptions.HTTPError as error:
            raise self._unanswered(error) from error

    def fault(self, answer: BaseHTTPResponse, endpoint: Endpoint | None = None) -> MlplatError:
        """Turn an answer that is no success into the error that it tells of."""
        try:
            told = msgspec.json.decode(answer.data, type=FaultMessage)
        except msgspec.DecodeError:
            told = None
        if endpoint and (answer.status in (_WRONG_VERB, _NOT_ANSWERED) or _is_unknown(answer, told, endpoint)):
            return NotSupportedError(f"{self.uri} does not answer {endpoint.path}: it is older, or not a mlplat server")
        if answer.status in _REFUSED:
            return self._refused(told)
        if told is None:
            return StoreError(
                f"{self.uri}: {_what_came(answer)}",
                hint="is this the address of a tracking server? A proxy in between may answer in its place",
            )
        error = error_of(told)
        return StoreError(f"{self.uri}: {told.message}") if isinstance(error, StoreError) else error

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def _refused(self, told: FaultMessage | None) -> StoreError:
        reason = told.message if told else "the server does not let this caller in"
        return StoreError(
            f"{self.uri}: {reason}",
            hint="put a token into MLPLAT_TRACKING_TOKEN, or a name and password into MLFLOW_TRACKING_USERNAME and"
            " MLFLOW_TRACKING_PASSWORD",
        )

    def _unanswered(self, error: Exception) -> StoreError:
        import urllib3

        cause: BaseException = error
        if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason is not None:
            cause = error.reason
        return StoreError(
            f"{self.uri} cannot be reached: {_why(cause)}", hint="is the server running, and is this its address?"
        )


@cache
def _lines() -> dict[str, Endpoint]:
    """Give each call its line of the table, the first where several lead to it."""
    return {endpoint.call: endpoint for endpoint in reversed(ENDPOINTS)}


@cache
def _patience(*, repeat: bool) -> Any:
    import urllib3

    return urllib3.Retry(
        total=TRIES + 2,
        connect=TRIES - 1,
        read=TRIES - 1 if repeat else 0,
        other=TRIES - 1 if repeat else 0,
        status=TRIES - 1,
        redirect=2,
        status_forcelist=_SOON_BACK if repeat else _NOT_TAKEN,
        allowed_methods=None,
        backoff_factor=PAUSE_SECONDS,
        raise_on_status=False,
        raise_on_redirect=False,
    )


def _written(endpoint: Endpoint, request: Struct) -> tuple[str, bytes | None]:
    """Return path with query, and body, of a request."""
    names = {name for name, _ in _PART.findall(endpoint.path)}
    # Some servers know a slash in such a part only as it is.
    path = _PART.sub(lambda part: quote(str(getattr(request, part[1])), safe="/" if part[2] else ""), endpoint.path)
    if endpoint.verb == "GET":
        query = urlencode({key: value for key, value in encode_query(request).items() if key not in names}, doseq=True)
        return (f"{path}?{query}" if query else path), None
    return path, encode_request(request)


def _is_unknown(answer: BaseHTTPResponse, told: FaultMessage | None, endpoint: Endpoint) -> bool:
    # A 404 of the protocol is about a thing; any other one, of our own lines above all, is about the path.
    if answer.status != _UNKNOWN:
        return False
    return told.error_code == "ENDPOINT_NOT_FOUND" if told else endpoint.path.startswith(f"{OWN}/")


def _what_came(answer: BaseHTTPResponse) -> str:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    form = "an HTML page" if kind == "text/html" else f"{kind or 'something'} that is not the protocol's"
    return f"answered {answer.status} with {form}"


def _why(error: BaseException) -> str:
    import urllib3

    match error:
        case urllib3.exceptions.NameResolutionError():
            return f"no machine has the name {error.host}" if hasattr(error, "host") else "no machine has that name"
        case urllib3.exceptions.NewConnectionError():
            return _root(error)
        case urllib3.exceptions.ConnectTimeoutError():
            return "no connection in time"
        case urllib3.exceptions.ReadTimeoutError():
            return "no answer in time"
        case urllib3.exceptions.SSLError() if "WRONG_VERSION_NUMBER" in str(error):
            return "it speaks no TLS; its address may begin with http://"
        case urllib3.exceptions.SSLError():
            return f"its certificate is not accepted: {_root(error)}"
        case urllib3.exceptions.ProxyError():
            return f"the proxy does not let it through: {_root(error)}"
    return _root(error)


def _root(error: BaseException) -> str:
    """Say the operating system's own reason, which lies below the library's."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__

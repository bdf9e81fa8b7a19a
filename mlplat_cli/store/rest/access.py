"""How a server lets us in. In: its address, the variables of the stock client. Out: headers and a pool of connections.

MLPLAT_TRACKING_TOKEN                              a bearer token
MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD basic authentication, where there is no such token
MLFLOW_TRACKING_TOKEN                              a bearer token, where there is nothing of the above
MLFLOW_TRACKING_INSECURE_TLS                       true: any certificate is taken
MLFLOW_TRACKING_SERVER_CERT_PATH                   certificates of authorities to trust, beside the system's own
MLFLOW_TRACKING_CLIENT_CERT_PATH                   a certificate to show, with its key
HTTP_PROXY, HTTPS_PROXY, NO_PROXY                  never for this machine itself
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from mlplat.context import USER_HEADER, user
from mlplat.rest_caller import LOOPBACK, authorization
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.actor import CLIENT

if TYPE_CHECKING:
    from urllib3 import PoolManager

_POOLED = 8
_YES = ("true", "1")


@dataclass(frozen=True, slots=True)
class Access:
    """A server's address, without a slash at its end, and the headers that every request carries."""

    uri: str
    headers: Mapping[str, str]


def access_to(uri: str) -> Access:
    """Read how to reach a server.

    Args:
        uri: `http(s)://HOST[:PORT][/PREFIX]`.

    Raises:
        InvalidInputError: the address has no host, holds a user or password, a query or a fragment.
    """
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - is read, and then refused, only when it is asked for
    except ValueError as error:
        raise InvalidInputError(f"the tracking URI is no address: {error}") from None
    if "@" in parts.netloc:
        raise InvalidInputError(
            "a tracking URI holds no user or password", hint="put the token into MLPLAT_TRACKING_TOKEN"
        )
    if not parts.hostname or parts.query or parts.fragment:
        raise InvalidInputError(f"the tracking URI {uri} is not http(s)://HOST[:PORT][/PREFIX]")
    headers = {"User-Agent": CLIENT, USER_HEADER: quote(user())}
    secret = authorization()
    if secret:
        headers["Authorization"] = secret
    return Access(uri.rstrip("/"), headers)


def open_pool(access: Access) -> PoolManager:
    """Make the pool of connections to a server.

    Raises:
        InvalidInputError: a certificate's file cannot be read.
    """
    import urllib3

    parts = urlsplit(access.uri)
    options: dict[str, Any] = {"maxsize": _POOLED, "block": True}
    if parts.scheme == "https":
        options["ssl_context"] = _tls()
    host = parts.hostname or ""
    proxy = None if host in LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)
    if proxy:
        return urllib3.ProxyManager(proxy, **options)
    return urllib3.PoolManager(**options)


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in _YES:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    _load("MLFLOW_TRACKING_SERVER_CERT_PATH", context.load_verify_locations)
    _load("MLFLOW_TRACKING_CLIENT_CERT_PATH", context.load_cert_chain)
    return context


def _load(variable: str, load: Any) -> None:
    path = os.environ.get(variable)
    if not path:
        return
    try:
        load(str(Path(path).expanduser()))
    except (OSError, ssl.SSLError) as error:
        raise InvalidInputError(f"{variable}: {path} cannot be read: {error.strerror or error}") from error

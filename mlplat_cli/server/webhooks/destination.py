"""Where a webhook leads. In: its URL. Out: an address that may be connected to, or InvalidInputError.

A webhook makes the server send requests that somebody else chose. So the name is resolved once, every address that
it has must be public (no loopback, no private or link-local network, no metadata service), and the connection goes to
an address that was checked: a name that points elsewhere a moment later changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.settings.webhooks import VARIABLE, Address, AllowedDestinations

_PORTS = {"https": 443, "http": 80}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_ASSIGNED = ipaddress.ip_network("192.0.0.0/24")  # RFC 6890; some clouds answer questions about a machine there


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked place.

    Args:
        host: as the URL names it, for the certificate and the Host header. address: to connect to, of that host.
        target: path and query.
    """

    is_encrypted: bool
    host: str
    port: int
    address: str
    target: str


def find_destination(url: str, allowed: AllowedDestinations) -> Destination:
    """Resolve a URL and check every address that it has.

    Raises:
        InvalidInputError: it is no https URL, cannot be resolved, or leads where the server may not be sent.
    """
    parts, host, port = _split(url)
    addresses = _resolve(host, port)
    named = [allowed.name(host, address) for address in addresses]
    for address, is_named in zip(addresses, named, strict=True):
        if not is_named and not is_public(address):
            raise InvalidInputError(
                f"Webhook URL must not resolve to a non-public IP address. '{host}' resolves to {address}.",
                hint=f"whoever runs the server can allow it with {VARIABLE}",
            )
    if parts.scheme == "http" and not all(named):
        raise InvalidInputError(
            "Invalid webhook URL scheme: 'http'. Allowed schemes are: https.",
            hint=f"http is for destinations in the server's {VARIABLE}",
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme == "https", host, port, str(addresses[0]), target)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, and every IPv4 address inside of it too."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address in _TRANSLATED:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = [address.sixtofour, *(address.teredo or ())]
        if not all(is_public(each) for each in inner if each is not None):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address in _ASSIGNED)


def _split(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInputError(f"Webhook URL is not valid: {error}") from None
    if parts.scheme not in _PORTS:
        raise InvalidInputError(f"Invalid webhook URL scheme: '{parts.scheme}'. Allowed schemes are: https.")
    if not parts.hostname:
        raise InvalidInputError(f"Webhook URL must include a hostname: '{url}'")
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError("Webhook URL must not hold a user or a password", hint="deliveries bear a signature")
    if any(character <= " " or character > "~" for character in url):
        raise InvalidInputError("Webhook URL holds a space or a character that is not ASCII", hint="percent-encode it")
    if port == 0:
        raise InvalidInputError("Webhook URL has port 0")
    return parts, parts.hostname, port or _PORTS[parts.scheme]


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no name of a host"
        raise InvalidInputError(f"Cannot resolve Webhook URL hostname '{host}': {reason}") from None
    # A scope behind '%' belongs to link-local addresses, which are refused anyway.
    return [ipaddress.ip_address(str(place[4][0]).partition("%")[0]) for place in found]

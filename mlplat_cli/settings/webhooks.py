"""Where webhooks may lead beside the public internet. In: a variable of the server's. Out: hosts and networks.

A variable alone, no file: what a project's folder holds must not open the network of whoever serves it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass

from mlplat_cli.errors import InvalidInputError

VARIABLE = "MLPLAT_WEBHOOK_ALLOW"

_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9])?")
_NUMERIC = re.compile(r"[0-9a-f.:]*[.:][0-9a-f.:]*(/.*)?|.*/.*")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class AllowedDestinations:
    """Hosts and networks that webhooks may lead to although they are not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    def name(self, host: str, address: Address) -> bool:
        """Tell whether a host at an address is among them."""
        return host.lower() in self.hosts or any(address in network for network in self.networks)


def allowed_destinations() -> AllowedDestinations:
    """Read MLPLAT_WEBHOOK_ALLOW: names of hosts, addresses and networks (10.0.0.0/8) with commas between them.

    Raises:
        InvalidInputError: one is none of these.
    """
    hosts, networks = set(), []
    for word in os.environ.get(VARIABLE, "").split(","):
        entry = word.strip().lower()
        if not entry:
            continue
        try:
            networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            if _NUMERIC.fullmatch(entry) or not _HOST.fullmatch(entry):
                raise InvalidInputError(
                    f"{VARIABLE}: {word.strip()!r} is no host, address or network",
                    hint=f"for example {VARIABLE}=hooks.internal,10.1.0.0/16",
                ) from None
            hosts.add(entry)
    return AllowedDestinations(frozenset(hosts), tuple(networks))

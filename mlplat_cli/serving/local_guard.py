"""Requests to a server that listens to this machine alone. In: a request's head. Out: nothing, or why it is refused."""

from __future__ import annotations

from mlplat_cli.serving.http import Scope, header
from mlplat_cli.wire.guard import Guard

_MOST_KEPT = 100


class LocalGuard:
    """Refuses what a page of another site sends through a browser: names that it points here, and other origins."""

    def __init__(self) -> None:
        self._guard = Guard(None)
        self._known: set[bytes] = set()

    def refused(self, scope: Scope) -> str | None:
        """Say why a request is refused; None when it is not."""
        host = header(scope, b"host")
        if host in self._known and not header(scope, b"origin"):
            return None
        refusal = self._guard.refusal(scope["method"], scope["path"], scope["headers"])
        if refusal is not None:
            return refusal.message
        if len(self._known) < _MOST_KEPT and scope["path"] != "/health":  # which anybody may ask for
            self._known.add(host)
        return None

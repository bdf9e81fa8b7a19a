"""Clients of before MLflow 1.24. In: their requests, the answers. Out: both with addresses that either side knows.

They do not know `mlflow-artifacts:` addresses, or ask there without the secret (1.23). The guard lets in nobody but
this machine, so they are told the folder itself, in which they write without asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from mlplat_cli.artifacts import Layout

_AGENT = re.compile(rb"mlflow-python-client/(\d+)\.(\d+)")
_FIRST_TO_BRING_THE_SECRET = (1, 24)
_PROXIED = b"mlflow-artifacts:/"


class OldClients:
    """Translates addresses, in encoded JSON: an unescaped quote there belongs to no value, so only keys are found.

    Args:
        layout: where the files of proxied addresses lie.
    """

    def __init__(self, layout: Layout) -> None:
        # The longer address goes first, for the other is its beginning.
        self._places = [
            (_PROXIED + b"models/", _address(layout.models.root)),
            (_PROXIED, _address(layout.runs.root)),
        ]

    def knows(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Say whether a request comes from such a client; names in lower case, as ASGI gives them."""
        for name, value in headers:
            if name == b"user-agent":
                found = _AGENT.match(value)
                return found is not None and (int(found[1]), int(found[2])) < _FIRST_TO_BRING_THE_SECRET
        return False

    def request(self, body: bytes) -> bytes:
        """Return a body with the store's own address for the files of a model version that is to be made."""
        for proxied, place in self._places:
            body = re.sub(rb'("source":\s*")' + re.escape(place), rb"\1" + proxied, body)
        return body

    def answer(self, body: bytes) -> bytes:
        """Return a body whose artifact addresses are folders."""
        for proxied, place in self._places:
            body = body.replace(b'"artifact_uri":"' + proxied, b'"artifact_uri":"' + place)
        return body


def _address(folder: Path) -> bytes:
    return folder.resolve().as_uri().encode() + b"/"

"""Where artifacts went. In: old addresses and new ones. Out: the new address of anything at or below an old one."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from mlplat_cli.importing.places import scheme


class Moves:
    """Addresses of artifacts that were copied."""

    def __init__(self) -> None:
        self._moved: dict[str, str] = {}

    def add(self, old: str, new: str) -> None:
        """Keep that what lay at one address lies at another now."""
        self._moved[_normal(old)] = new.rstrip("/")

    def find(self, address: str) -> str | None:
        """Return the new address of what lay at or below an old one; None where nothing moved."""
        head, rest = _normal(address), ""
        while head:
            if head in self._moved:
                return f"{self._moved[head]}/{rest}" if rest else self._moved[head]
            head, _, name = head.rpartition("/")
            rest = f"{name}/{rest}" if rest else name
        return None


def _normal(address: str) -> str:
    """Spell a path and the file: address of the same path alike."""
    path = unquote(urlsplit(address).path) if scheme(address) == "file" else address
    return path.removeprefix("./").rstrip("/")

"""Artifacts on this machine. In: an address that MLflow recorded. Out: the folder, also when all of it was moved.

MLflow records where artifacts were. A folder that was copied elsewhere still has them beside what it records, so
that is where they are looked for next.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlplat_cli.artifacts.address import PROXIED

_KNOWN_ROOTS = ("mlruns", "mlartifacts")


class Places:
    """Finds folders of artifacts.

    Args:
        base: the folder that relative addresses start from and that `mlruns/` and `mlartifacts/` lie in.
        artifact_root: what `mlflow-artifacts:` addresses mean; `mlartifacts/` in the base unless given.
    """

    def __init__(self, base: Path, artifact_root: Path | None) -> None:
        self._base = base
        self._proxied = artifact_root or base / "mlartifacts"

    def holds(self, address: str) -> bool:
        """Tell whether an address is a folder's, or of the server's folder and that is here."""
        kind = scheme(address)
        return kind in ("", "file") or (kind == PROXIED and self._proxied.is_dir())

    def find(self, address: str) -> Path:
        """Return the folder that an address means, which need not be there."""
        path = unquote(urlsplit(address).path) if scheme(address) else address
        if scheme(address) == PROXIED:
            return self._proxied / path.lstrip("/")
        recorded = self._base / path
        if recorded.is_dir():
            return recorded
        parts = Path(path).parts
        for root in _KNOWN_ROOTS:
            if root in parts:
                moved = self._base.joinpath(*parts[parts.index(root) :])
                if moved.is_dir():
                    return moved
        return recorded


def scheme(address: str) -> str:
    """Return an address's scheme in lower case; "" for a path."""
    head, mark, _ = address.partition(":")
    # One letter is a drive of Windows.
    return head.lower() if mark and len(head) > 1 and head.replace("-", "").replace("+", "").isalnum() else ""

"""Addresses to places. In: an artifact URI and the store's folder. Out: the repository that holds those bytes."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from mlplat_cli.artifacts.address import PROXIED, split_address
from mlplat_cli.artifacts.confine import confined, normalized
from mlplat_cli.artifacts.content import CONTENT_FOLDER, ContentStore
from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.artifacts.repository import ArtifactRepository
from mlplat_cli.errors import InvalidInputError, NotSupportedError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""Two characters at least, so that the drive of a Windows path is no scheme."""

_MODELS = "models"


class Layout:
    """Where a local store keeps bytes.

    `mlflow-artifacts:/<experiment>/<run>/artifacts` is `<home>/artifacts/<experiment>/<run>/artifacts`, and
    `mlflow-artifacts:/models/<model>` is `<home>/models/<model>`.

    Args:
        home: the store's folder (`.mlplat`).
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.content = ContentStore(home / "artifacts" / CONTENT_FOLDER)
        self.runs = LocalRepository(home / "artifacts", self.content)
        self.models = LocalRepository(home / _MODELS, self.content)

    def place(self, path: str) -> tuple[LocalRepository, str]:
        """Split the path of an `mlflow-artifacts:` address into a repository and a path within it.

        Args:
            path: without a leading slash. InvalidInputError when it could lead out of the store.
        """
        first, _, rest = normalized(path).partition("/")
        if first == CONTENT_FOLDER:
            raise InvalidInputError(f"invalid artifact path {path!r}: the name {CONTENT_FOLDER} is reserved")
        return (self.models, rest) if first == _MODELS else (self.runs, normalized(path))


def open_location(uri: str, home: Path) -> ArtifactRepository:
    """Open the place that an artifact address names.

    Args:
        uri: `mlflow-artifacts:/…`, `file:…` or a path; a relative path is taken from the folder that holds the store.
        home: the store's folder (`.mlplat`).

    Raises:
        NotSupportedError: the scheme is another one. InvalidInputError: the address leads out of the store.
    """
    found = _SCHEME.match(uri)
    scheme = found.group(1).lower() if found else ""
    if scheme == PROXIED:
        repository, path = Layout(home).place(split_address(uri).path.lstrip("/"))
        return LocalRepository(confined(repository.root, path), repository.content)
    if scheme == "file":
        return LocalRepository(home.parent / _file_path(uri))
    if not scheme:
        return LocalRepository(home.parent / uri)
    raise NotSupportedError(
        f"artifacts at {scheme}: addresses are not answered by this version of mlplat",
        hint="choose an artifact location that begins with mlflow-artifacts: or file:",
    )


def _file_path(uri: str) -> Path:
    parts = split_address(uri)
    if parts.netloc not in ("", "localhost"):
        raise InvalidInputError(f"{uri!r} names a file of another machine ({parts.netloc})")
    return Path(unquote(parts.path))

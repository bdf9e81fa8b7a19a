"""A model's files on this machine. In: a resolved model. Out: a folder that holds them; nothing in it is executed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from mlplat_cli.artifacts.address import PROXIED
from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.artifacts.repository import ArtifactRepository
from mlplat_cli.errors import NotFoundError, NotSupportedError
from mlplat_cli.process.progress import Progress
from mlplat_cli.registry.cache import cached
from mlplat_cli.registry.resolution import ResolvedModel
from mlplat_cli.tracking.session import TrackingSession


def fetch(session: TrackingSession | None, resolved: ResolvedModel, progress: Progress) -> Path:
    """Return the local folder of a model, to be read and not to be changed.

    Where its files lie on this machine that is their own folder; what a server has is downloaded into the cache once,
    and stays there at least as long as this process lives.

    Args:
        session: the store that knows the model; None for a folder of this machine.

    Raises:
        NotFoundError: there are no files. NotSupportedError: their address cannot be reached from here.
        ArtifactError: they cannot be read, or are damaged.
    """
    repository = open_model(session, resolved)
    folder = _on_this_machine(resolved, repository)
    return cached(repository, resolved.uri, progress) if folder is None else folder


def open_model(session: TrackingSession | None, resolved: ResolvedModel) -> ArtifactRepository:
    """Open a model's folder where it lies, to list it, or to read or write single files; errors as of `fetch`."""
    if session is None or resolved.is_folder:
        return LocalRepository(Path(resolved.address))
    parts = urlsplit(resolved.address)
    if parts.scheme == PROXIED:
        return session.artifacts(resolved.address)
    if session.address.is_remote and parts.scheme in ("", "file"):
        # What a server says is never looked for on this machine.
        raise NotFoundError(
            f"the files of {resolved.uri} are not on this machine: {resolved.address}",
            hint=f"the server {session.address.place} keeps them in a folder of its own",
        )
    if parts.scheme not in ("", "file"):
        raise NotSupportedError(
            f"the files of {resolved.uri} are at {resolved.address}, which this version of mlplat does not read"
        )
    return session.artifacts(resolved.address)


def _on_this_machine(resolved: ResolvedModel, repository: ArtifactRepository) -> Path | None:
    try:
        folder = repository.local_path("")
    except NotFoundError:
        raise _no_files(resolved) from None
    if folder is not None and not folder.is_dir():
        raise _no_files(resolved)
    return folder


def _no_files(resolved: ResolvedModel) -> NotFoundError:
    return NotFoundError(f"{resolved.uri} has no files: nothing is at {resolved.address}")

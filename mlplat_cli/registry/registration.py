"""New versions of registered models. In: any model URI and a name. Out: a version whose files stay where they are.

A folder that is in no store has its files copied into this one, as a logged model.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.entities import LoggedModelStatus, ModelVersion, Tag
from mlplat_cli.errors import AlreadyExistsError, NotFoundError, NotSupportedError
from mlplat_cli.models.mlmodel import read_mlmodel
from mlplat_cli.process.progress import Progress
from mlplat_cli.registry.files import open_model
from mlplat_cli.registry.model_uri import FolderUri, parse_model_uri
from mlplat_cli.registry.resolution import ResolvedModel, resolve
from mlplat_cli.tracking.session import TrackingSession

_DEFAULT_EXPERIMENT = "0"
_CHUNK = 1 << 20


def register(
    session: TrackingSession,
    uri: str,
    name: str,
    progress: Progress,
    *,
    description: str | None = None,
    tags: Sequence[Tag] = (),
) -> ModelVersion:
    """Add a version to a registered model, which is made when it is new.

    Args:
        uri: of any form; an alias or stage is followed now. The new version of a registered one is a copy of it.
        description, tags: of the version.

    Raises:
        NotFoundError: nothing is at the URI. InvalidInputError: the URI is none, the name cannot be one, or
            a folder holds no model.
    """
    resolved = resolve(session.store, uri)
    _require_files(session, resolved)
    source, model_id = _source(session, resolved, progress)
    with suppress(AlreadyExistsError):
        session.store.create_registered_model(name)
    return session.store.create_model_version(
        name, source, run_id=resolved.run_id, model_id=model_id, description=description, tags=tags
    )


def _require_files(session: TrackingSession, resolved: ResolvedModel) -> None:
    try:
        repository = open_model(session, resolved)
    except (NotSupportedError, NotFoundError):
        return  # files that only others reach are theirs to know
    if not repository.list():
        raise NotFoundError(f"{resolved.uri} has no files: nothing is at {resolved.address}")


def _source(session: TrackingSession, resolved: ResolvedModel, progress: Progress) -> tuple[str, str | None]:
    """Return the version's source, and the logged model behind it."""
    if resolved.name is not None:
        return f"models:/{resolved.name}/{resolved.version}", resolved.model_id
    if isinstance(parse_model_uri(resolved.uri), FolderUri):
        read_mlmodel(Path(resolved.address))
        model_id = _logged(session, Path(resolved.address), progress)
        return f"models:/{model_id}", model_id
    return resolved.uri, resolved.model_id


def _logged(session: TrackingSession, folder: Path, progress: Progress) -> str:
    """Copy a folder into the store, and return the id of the logged model that it became."""
    store = session.store
    progress.step(f"copying {folder}")
    model = store.create_logged_model(_DEFAULT_EXPERIMENT, name=folder.name)
    try:
        target, source = session.artifacts(model.artifact_uri), LocalRepository(folder)
        for info in source.walk():
            progress.update(info.path)
            with source.open_read(info.path).stream as stream:
                target.write(info.path, iter(lambda: stream.read(_CHUNK), b""))
    except BaseException:
        store.finalize_logged_model(model.model_id, LoggedModelStatus.FAILED)
        raise
    store.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    return model.model_id

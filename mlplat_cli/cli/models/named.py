"""The model that a URI names. In: a URI. Out: what it names, and the store that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlplat.models.trust import Trust
    from mlplat_cli.registry.resolution import ResolvedModel
    from mlplat_cli.tracking.session import TrackingSession


@contextmanager
def named_model(tracking_uri: str | None, uri: str) -> Iterator[tuple[ResolvedModel, TrackingSession | None]]:
    """Follow a model URI; a folder of this machine needs no store, and none is opened for it.

    Raises:
        NotFoundError: there is no store, or it has no such model. InvalidInputError: the URI is none.
    """
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.resolution import folder_model, resolve

    folder = folder_model(uri)
    if folder is not None:
        yield folder, None
        return
    with tracking(tracking_uri) as session:
        yield resolve(session.store, uri), session


def trust_in(session: TrackingSession | None, *, trust: bool) -> Trust:
    """Return what is trusted: all when the user says so, else what this user wrote into the store."""
    from mlplat.models.trust import Trust

    return Trust(trust, None if session is None else str(session.address.ledger))

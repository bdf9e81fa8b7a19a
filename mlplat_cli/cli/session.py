"""The store that a reading command works on: found, opened, and current."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from mlplat_cli.cli.console import note

if TYPE_CHECKING:
    from mlplat_cli.settings.address import StoreAddress
    from mlplat_cli.tracking.session import TrackingSession


@contextmanager
def tracking(tracking_uri: str | None, *, create: bool = False) -> Iterator[TrackingSession]:
    """Open the store, ingest what is pending, and say on standard error what could not be read.

    Raises:
        NotFoundError: there is no store, and `create` does not say that one is to be made.
    """
    from mlplat_cli.settings.address import find_store
    from mlplat_cli.tracking.session import TrackingSession

    address = find_store(tracking_uri)
    if not create:
        require_store(address)
    with TrackingSession(address) as session:
        ingested = session.refresh()
        for damage in ingested.damaged:
            note(f"mlplat: {damage.message}; what came before it is in the store, the file is kept")
        for reason in dict.fromkeys(error.message for error in ingested.pending):
            note(f"mlplat: {reason}; what is not in the store yet is kept and tried again by the next command")
        yield session


def session_on_demand(held: ExitStack, address: StoreAddress) -> Callable[[], TrackingSession]:
    """Return what opens the store, current, should it be needed; it is closed with the stack."""

    def opened() -> TrackingSession:
        from mlplat_cli.tracking.session import TrackingSession

        require_store(address)
        session = held.enter_context(TrackingSession(address))
        session.refresh()
        return session

    return opened


def require_store(address: StoreAddress) -> None:
    """Raise NotFoundError, and say where a store may be, when there is none."""
    from mlplat_cli.errors import NotFoundError

    if not address.is_there:
        raise NotFoundError(f"there is no store at {address.place}", hint=_where_else(str(address.home)))


def _where_else(home: str) -> str:
    from mlplat.local_store import is_mlflows
    from mlplat.location import MLFLOW_TRACKING_URI, REMOTE

    if is_mlflows(home):
        return f"what MLflow recorded is taken over with: mlplat import {home}"
    if os.environ.get(MLFLOW_TRACKING_URI, "").startswith(REMOTE):
        return f"{MLFLOW_TRACKING_URI} is left to MLflow's client; name its server with --tracking-uri"
    return "`mlplat run` makes one; --tracking-uri names another"

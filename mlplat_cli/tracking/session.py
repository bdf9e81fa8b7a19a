"""A store, opened and kept current. In: an address. Out: a store whose reads see all that was logged here.

A local store ingests what is pending; what is pending for a server is shipped to it, which ingests it and looks after
its runs by itself.
"""

from __future__ import annotations

from types import TracebackType

from mlplat_cli.artifacts.location import open_location
from mlplat_cli.artifacts.repository import ArtifactRepository
from mlplat_cli.errors import StoreError
from mlplat_cli.settings.address import StoreAddress, ensure_home
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.ingest import Ingested, ingest_pending
from mlplat_cli.tracking.liveness import mark_lost


class TrackingSession:
    """A store that is refreshed from its journals; use it as a context manager.

    Args:
        address: where it is; its folder and database are made when they do not exist.

    Raises:
        StoreError: the database cannot be opened or brought up to date.
    """

    def __init__(self, address: StoreAddress) -> None:
        from mlplat_cli.store.opening import open_store

        if not address.is_remote:
            ensure_home(address)
        self.address = address
        self.store: Store = open_store(address.database)

    def refresh(self, run_id: str | None = None) -> Ingested:
        """Ingest what is pending (of one run, or of all), then mark the runs whose processes are gone."""
        if self.address.is_remote:
            return self._shipped()
        ingested = ingest_pending(self.store, self.address.home, run_id)
        try:
            mark_lost(self.store, self.address)
        except StoreError as error:  # what the store has can be read all the same
            ingested.pending.append(error)
        return ingested

    def ingest(self, run_id: str | None = None) -> None:
        """Apply what is pending of one run, or of all, before a read; cheap when nothing is. A server does it itself.

        Raises:
            MlplatError: what is pending of that one run cannot be applied now.
        """
        if self.address.is_remote:
            return
        pending = ingest_pending(self.store, self.address.home, run_id).pending
        if run_id is not None and pending:
            raise pending[0]

    def artifacts(self, uri: str) -> ArtifactRepository:
        """Open the place that an artifact address names.

        Raises:
            NotSupportedError: it cannot be reached from here. InvalidInputError: it leads out of the store.
        """
        if not self.address.is_remote:
            return open_location(uri, self.address.home)
        from mlplat_cli.store.rest.store import RestStore

        assert isinstance(self.store, RestStore)
        return self.store.artifacts(uri)

    def _shipped(self) -> Ingested:
        from mlplat.rest_caller import authorization
        from mlplat_cli.process.progress import SilentProgress
        from mlplat_cli.tracking.sync import sync_spool

        synced = sync_spool(self.address.database, authorization(), SilentProgress())
        return Ingested(pending=[StoreError(failure) for failure in synced.failures])

    def close(self) -> None:
        """Give the store back."""
        self.store.close()

    def __enter__(self) -> TrackingSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""A run in a store of this machine. In: the store's address, the runner's journal. Out: what `place.Place` promises.

The project's clients speak the REST protocol with this process; the store is opened beside it.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from mlplat_cli.errors import StoreError
from mlplat_cli.launch.record import Recorder
from mlplat_cli.launch.variables import Connection
from mlplat_cli.settings.address import StoreAddress

if TYPE_CHECKING:
    from mlplat_cli.artifacts.repository import ArtifactRepository
    from mlplat_cli.entities import RunStatus
    from mlplat_cli.launch.output import OutputLog
    from mlplat_cli.launch.store_link import MakeServer, StoreLink
    from mlplat_cli.launch.supervise import Ended


class LocalPlace:
    """See `place.Place`.

    Args:
        artifact_uri: of the run. listener: where the REST protocol is served. secret: what its clients must know.
        make_server: serves it. advise: told a line that a person should know.
    """

    def __init__(
        self,
        address: StoreAddress,
        recorder: Recorder,
        *,
        artifact_uri: str,
        listener: socket.socket,
        secret: str,
        make_server: MakeServer,
        advise: Callable[[str], None],
    ) -> None:
        self._address = address
        self._recorder = recorder
        self._artifact_uri = artifact_uri
        self._listener = listener
        self._secret = secret
        self._make_server = make_server
        self._advise = advise

    @property
    def connection(self) -> Connection:
        """The REST protocol on loopback, with this run's secret."""
        return Connection(f"http://127.0.0.1:{self._listener.getsockname()[1]}", self._secret, self._address)

    @cached_property
    def artifacts(self) -> ArtifactRepository:
        """The run's folder."""
        from mlplat_cli.artifacts.location import open_location

        return open_location(self._artifact_uri, self._address.home)

    def begin(self) -> None:
        """Nothing: the first request ingests the runner's journal."""

    def accompany(self, on_failure: Callable[[], None]) -> None:
        """Open the store and serve it."""
        self._link.start(on_failure)

    @contextmanager
    def output(self) -> Iterator[OutputLog]:
        """Append to the artifact itself, so that it can be read while it grows and a killed runner leaves it behind."""
        from mlplat_cli.launch.output import OUTPUT_ARTIFACT, OutputLog

        log_path = self.artifacts.reserve(OUTPUT_ARTIFACT)
        assert log_path is not None, "only addresses of this machine are opened by this version"
        output = OutputLog(log_path, sys.stdout.buffer, sys.stderr.buffer, self._advise)
        try:
            yield output
        finally:
            output.close()

    def settle(self, ended: Ended | None) -> RunStatus:
        """Bring the run into the store; where that fails, its journal says at least how it ended."""
        from mlplat_cli.entities import RunStatus
        from mlplat_cli.launch.ending import final_status, journal_end, record_end

        try:
            with self._link.settled() as session:
                return record_end(session, self._recorder, ended)
        except BaseException:
            with contextlib.suppress(StoreError):
                journal_end(self._recorder, final_status(RunStatus.RUNNING, ended), ended)
            raise

    @cached_property
    def _link(self) -> StoreLink:
        from mlplat_cli.launch.store_link import StoreLink

        return StoreLink(
            self._address,
            lambda session: self._make_server(session, self._listener, self._secret, self._recorder.owner),
        )

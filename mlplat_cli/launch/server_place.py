"""A run on a server. In: the server's address, the runner's journal. Out: what `place.Place` promises.

Everything is journaled on this machine first, in the server's spool, and shipped from there: the runner ships its own
journal, the library in the project's process ships its own, and the stock client talks to the server itself. A server
that is away, even for the whole run, delays what the store knows and loses nothing.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlplat import shipper
from mlplat.rest_caller import authorization
from mlplat.shipment import RefusedError, Server, Shipment, UnreachableError
from mlplat_cli.errors import MlplatError, StoreError
from mlplat_cli.launch.ending import end_children, final_status, journal_end
from mlplat_cli.launch.record import Recorder
from mlplat_cli.launch.sent_output import SentOutput
from mlplat_cli.launch.variables import Connection
from mlplat_cli.settings.address import StoreAddress

if TYPE_CHECKING:
    from mlplat_cli.entities import RunStatus
    from mlplat_cli.launch.output import OutputLog
    from mlplat_cli.launch.supervise import Ended
    from mlplat_cli.tracking.session import TrackingSession

SETTLE_SECONDS = 30.0
"""How long the end of a run waits at most for the server to take everything, and only while something moves."""

LATER = "what is logged is kept on this machine; ship it with: mlplat sync"


class ServerPlace:
    """See `place.Place`.

    Args:
        advise: told a line that a person should know.
    """

    def __init__(self, address: StoreAddress, recorder: Recorder, advise: Callable[[str], None]) -> None:
        self._address = address
        self._recorder = recorder
        self._advise = advise

    @property
    def connection(self) -> Connection:
        """The server itself, with the credentials that the caller has."""
        return Connection(self._address.database, None, self._address)

    @property
    def artifacts(self) -> Recorder:
        """The runner's journal, beside which files wait to be shipped."""
        return self._recorder

    def begin(self) -> None:
        """Ship the run's beginning; a server that is away is only spoken of.

        Raises:
            StoreError: the server will never take it: it does not know the caller, or is no mlplat server.
        """
        uri, path = self._address.database, self._recorder.path
        shipment = Shipment(Server(uri, authorization()), path)
        try:
            while shipment.step():
                pass
        except UnreachableError as error:
            self._advise(f"{error}; {LATER}")
        except RefusedError as error:
            self._recorder.abandon()
            hint = "runs are recorded by `mlplat server`, or in a store of this machine"
            raise StoreError(str(error), hint=hint) from error

    def accompany(self, on_failure: Callable[[], None]) -> None:
        """Ship what the runner writes, in the background."""
        shipper.ship(self._address.database, self._recorder.path)

    @contextmanager
    def output(self) -> Iterator[OutputLog]:
        """Keep the output here, and ship it as far as it has come every few seconds."""
        with SentOutput(self._recorder, sys.stdout.buffer, sys.stderr.buffer, self._advise) as sent:
            yield sent.log

    def settle(self, ended: Ended | None) -> RunStatus:
        """Ship what processes left behind that are gone, then how the run ended."""
        from mlplat_cli.tracking.session import TrackingSession

        with TrackingSession(self._address) as session:
            left = session.refresh().pending
            status = final_status(self._said(session), ended)
            journal_end(self._recorder, status, ended)
            self._recorder.close()
            shipper.end(self._address.database, self._recorder.path)
            if not shipper.settle(SETTLE_SECONDS) or left:
                reason = left[0].message if left else f"{self._address.database} has not taken everything yet"
                self._advise(f"{reason}; {LATER}")
                return status
            with contextlib.suppress(MlplatError):  # the run itself is recorded
                end_children(session.store, session.store.get_run(self._recorder.run_id).info, status)
        return status

    def _said(self, session: TrackingSession) -> RunStatus:
        """Return what the project said of itself, as far as the server can tell."""
        from mlplat_cli.entities import RunStatus

        try:
            return session.store.get_run(self._recorder.run_id).info.status
        except MlplatError:
            return RunStatus.RUNNING

"""What every part of the REST store needs. In: a connection. Out: the base class of the parts."""

from __future__ import annotations

from mlplat_cli.store.rest.connection import Connection


class RestPart:
    """One noun's share of `RestStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._call = connection.call

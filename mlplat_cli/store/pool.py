"""Pools of connections to servers. In: addresses. Out: engines that hand out connections which are alive.

A connection is looked at before it is handed out, and not asked, which would cost a round trip: one that the server has
closed has something to read while nobody has sent anything. Only one that has not been used for a while is asked,
because what lies between may have forgotten it without a word.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, NoSuchModuleError

from mlplat_cli.errors import StoreError

_SIZE = 5
_OVERFLOW = 15
_RECYCLE_SECONDS = 1800
_TRUSTED_SECONDS = 10.0
_USED = "mlplat_used"


def pooled(
    address: URL,
    extra: str,
    arguments: dict[str, Any],
    *,
    patience: float,
    descriptor: Callable[[Any], int],
    **settings: Any,
) -> Engine:
    """Prepare connections to a server; none is made yet.

    Args:
        address: names the driver.
        extra: what has to be installed with this package for the driver.
        arguments: of the driver, unless the address gives them.
        patience: seconds that a thread waits for a connection when all are in use.
        descriptor: finds the socket of a driver's connection.
        settings: further ones of `create_engine`.

    Raises:
        StoreError: the driver is not installed.
    """
    given = {name: value for name, value in arguments.items() if name not in address.query}
    try:
        engine = create_engine(
            address,
            pool_size=_SIZE,
            max_overflow=_OVERFLOW,
            pool_timeout=patience,
            pool_recycle=_RECYCLE_SECONDS,
            connect_args=given,
            hide_parameters=True,
            **settings,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            f"the driver for {extra}:// addresses is not installed", hint=f"pip install 'mlplat[{extra}]'"
        ) from error
    _look_before_use(engine, descriptor)
    return engine


def _look_before_use(engine: Engine, descriptor: Callable[[Any], int]) -> None:
    def note(_connection: object, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    def look(connection: Any, record: Any, _lent: object) -> None:
        used = record.info.get(_USED)
        if used is None:
            return  # just made
        if not is_quiet(descriptor(connection)):
            raise DisconnectionError("the server has ended the connection")
        if time.monotonic() - used > _TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError("the connection is lost") from error

    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", look)


def is_quiet(descriptor: int) -> bool:
    """Tell whether an idle connection's other end has said nothing, not even goodbye."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return not poll.poll(0)

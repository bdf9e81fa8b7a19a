"""Group commit. In: what requests log, as they come. Out: each is told when it is committed, or why it is not.

Whatever has come while the last transaction was written goes into the next one, together. On SQLite a small
transaction is written right here, in the event loop: it takes a tenth of a millisecond, and a thread would cost as
much again. Where that would have to wait (another process writes, the database is a server's), and for large batches,
a thread does it while the loop gathers the next group.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from anyio import to_thread

from mlplat_cli.entities import RunBatch
from mlplat_cli.store.interface import Store

_SMALL = 100
"""How many items are written in the loop."""

_GROUP = 10_000
"""How many items a transaction takes at most, unless one batch has more."""


class LogWriter:
    """Writes batches for one event loop.

    Args:
        store: commits them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[RunBatch, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._planned = False

    async def log(self, batch: RunBatch) -> None:
        """Return when a batch is committed; raises what `Store.log_batch` raises."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append((batch, done))
        if self._writing is None and not self._planned:
            self._planned = True
            # Not now: other requests that have arrived are read first and come along.
            loop.call_soon(self._write)
        await done

    def _write(self) -> None:
        self._planned = False
        group = self._next_group()
        batches = [batch for batch, _ in group]
        if sum(map(_size, batches)) <= _SMALL:
            try:
                failures = self._store.log_batches(batches, wait=False)
            except Exception as error:
                failures = [error] * len(batches)
            if failures is not None:
                _answer(group, failures)
                return
        self._writing = asyncio.get_running_loop().create_task(self._write_in_thread(group))

    async def _write_in_thread(self, group: Sequence[tuple[RunBatch, asyncio.Future[None]]]) -> None:
        while group:
            try:
                failures = await to_thread.run_sync(self._store.log_batches, [batch for batch, _ in group])
            except Exception as error:
                failures = [error] * len(group)
            _answer(group, failures or ())
            group = self._next_group()
        self._writing = None

    def _next_group(self) -> list[tuple[RunBatch, asyncio.Future[None]]]:
        size, count = 0, 0
        for batch, _ in self._waiting:
            size += _size(batch)
            if count and size > _GROUP:
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group


def _size(batch: RunBatch) -> int:
    return len(batch.metrics) + len(batch.params) + len(batch.tags)


def _answer(group: Sequence[tuple[RunBatch, asyncio.Future[None]]], failures: Sequence[Exception | None]) -> None:
    for (_, done), failure in zip(group, failures, strict=True):
        if done.done():
            continue  # its client went away
        if failure is None:
            done.set_result(None)
        else:
            done.set_exception(failure)

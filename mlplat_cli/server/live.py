"""Who is told of changes. In: the store, looked at by one task however many listen. Out: events for each listener."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from anyio import to_thread

from mlplat_cli.entities import ChangedRun, RunState
from mlplat_cli.errors import MlplatError
from mlplat_cli.store.interface import Store
from mlplat_cli.wire.messages.change import RunEvent, merged_event, run_event

LOOK_SECONDS = 0.4
"""How often the store is asked, while anybody listens."""

_REMEMBERED = 10_000
_AT_ONCE = 500

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who wants to know.

    Args:
        experiments, runs: whose changes; both empty for all, else what either names.
        stamp: up to where it was told everything, once it has what is pending.
        pending: what it was not sent yet, one event a run however slow it is. closed: whether its stream is to end.
    """

    experiments: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()
    stamp: int = 0
    pending: dict[str, RunEvent] = field(default_factory=dict)
    closed: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wants(self, run: ChangedRun) -> bool:
        """Tell whether it asked for a run's changes."""
        if not (self.experiments or self.runs):
            return True
        return run.experiment_id in self.experiments or run.run_id in self.runs

    def tell(self, event: RunEvent) -> None:
        """Add what is new; of what it was not sent yet only the latest is kept."""
        earlier = self.pending.get(event.run_id)
        self.pending[event.run_id] = merged_event(earlier, event) if earlier else event

    def close(self) -> None:
        """End its stream."""
        self.closed = True
        self.wake.set()

    def take(self) -> list[RunEvent]:
        """Take over what is pending."""
        self.wake.clear()
        events, self.pending = list(self.pending.values()), {}
        return events


class Live:
    """Looks at the store while anybody listens, and tells each listener what it asked for.

    Used in one event loop. Two stamps of one run that differ are two changes; see `store.change_interface`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: set[Listener] = set()
        # Held while the store is looked at, so that nobody comes between what was found and who is told.
        self._looking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stamp = 0
        self._seen: dict[str, int] = {}
        self._states: OrderedDict[str, RunState] = OrderedDict()

    async def join(self, listener: Listener, stopping: asyncio.Event | None) -> None:
        """Tell a listener everything from its `stamp` on, which is set to the store's highest.

        Args:
            stopping: set when the server ends; all streams end then.

        Raises:
            StoreError: the store cannot be read.
        """
        async with self._looking:
            if self._task is None:
                self._stamp, self._seen = await to_thread.run_sync(self._begin)
                self._task = asyncio.create_task(self._look_again_and_again(stopping))
            listener.stamp = self._stamp
            self._listeners.add(listener)
        if stopping is not None and stopping.is_set():
            listener.close()

    async def leave(self, listener: Listener) -> None:
        """Tell it nothing more; the last one to leave ends the looking."""
        self._listeners.discard(listener)
        async with self._looking:
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None
                self._states.clear()

    async def since(self, stamp: int, listener: Listener, most: int) -> list[RunEvent] | None:
        """Return what a listener missed after a stamp, or None when that are more than so many runs."""
        changed = await to_thread.run_sync(self._store.changed_runs, stamp)
        wanted = [run.run_id for run in changed if listener.wants(run)]
        if len(wanted) > most:
            return None
        states = await to_thread.run_sync(self._read, wanted)
        return [run_event(None, state) for state in states]

    def _begin(self) -> tuple[int, dict[str, int]]:
        stamp = self._store.last_stamp()
        return stamp, {run.run_id: run.stamp for run in self._store.changed_runs(stamp)}

    async def _look_again_and_again(self, stopping: asyncio.Event | None) -> None:
        while stopping is None or not stopping.is_set():
            try:
                async with self._looking:
                    await self._look()
            except Exception as error:
                # A store that is away for a moment is asked again; what changes meanwhile is found then.
                _log.warning("changes cannot be read: %s", error, exc_info=not isinstance(error, MlplatError))
            await _rest(stopping)
        for listener in self._listeners:
            listener.close()

    async def _look(self) -> None:
        changed = await to_thread.run_sync(self._store.changed_runs, self._stamp)
        fresh = [run for run in changed if self._seen.get(run.run_id) != run.stamp]
        if not fresh:
            return
        wanted = {run.run_id: run for run in fresh if any(listener.wants(run) for listener in self._listeners)}
        states = await to_thread.run_sync(self._read, list(wanted))
        # What was changed before all of these cannot come again.
        self._seen = {run.run_id: run.stamp for run in changed}
        self._stamp = max(self._stamp, *(run.stamp for run in fresh))
        for state in states:
            self._tell(wanted[state.info.run_id], run_event(self._states.get(state.info.run_id), state))
            self._remember(state)
        for listener in self._listeners:
            listener.stamp = self._stamp
            if listener.pending:
                listener.wake.set()

    def _tell(self, run: ChangedRun, event: RunEvent) -> None:
        for listener in self._listeners:
            if listener.wants(run):
                listener.tell(event)

    def _remember(self, state: RunState) -> None:
        self._states[state.info.run_id] = state
        self._states.move_to_end(state.info.run_id)
        if len(self._states) > _REMEMBERED:
            self._states.popitem(last=False)

    def _read(self, run_ids: Sequence[str]) -> Collection[RunState]:
        parts = (run_ids[start : start + _AT_ONCE] for start in range(0, len(run_ids), _AT_ONCE))
        return [state for part in parts for state in self._store.run_states(part)]


async def _rest(stopping: asyncio.Event | None) -> None:
    if stopping is None:
        await asyncio.sleep(LOOK_SECONDS)
        return
    try:
        await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
    except TimeoutError:
        return

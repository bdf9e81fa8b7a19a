"""The queue before a model: what may wait, and what does not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mlplat_cli.serving import deployment as module
from mlplat_cli.serving.deployment import BusyError, Deployment
from mlplat_cli.serving.rows import Rows
from mlplat_cli.serving.worker import WorkerCommand


def waiting(most: int = 3) -> Deployment:
    """Return a deployment whose workers have not started."""
    return Deployment(WorkerCommand(Path("python"), Path("model"), Path("library")), most_waiting=most)


def rows(size: int = 8) -> Rows:
    return Rows(b"{}", 1, (bytes(size),))


def test_no_more_requests_wait_than_may() -> None:
    async def scenario() -> None:
        queue = waiting(most=3)
        for _ in range(3):
            queue.submit(rows())
        with pytest.raises(BusyError):
            queue.submit(rows())
        assert queue.waiting == 3

    asyncio.run(scenario())


def test_large_requests_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE_BYTES", 10)
    monkeypatch.setattr(module, "MOST_LARGE_BYTES", 100)

    async def scenario() -> None:
        queue = waiting(most=100)
        first = queue.submit(rows(500))  # one alone may be of any size
        with pytest.raises(BusyError):
            queue.submit(rows(11))
        queue.submit(rows(10))
        first.cancel()
        await asyncio.sleep(0)
        queue.submit(rows(60))
        queue.submit(rows(40))
        with pytest.raises(BusyError):
            queue.submit(rows(11))

    asyncio.run(scenario())

"""One worker process. In: how to start it, frames. Out: frames; word that it is ready, or gone."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from mlplat.worker.frames import ERROR, FAILED, PROTOCOL, READY, Frame
from mlplat_cli.environments.library import with_library
from mlplat_cli.errors import LaunchError
from mlplat_cli.process.service import Service, start_service
from mlplat_cli.serving.link import Link

_END_SECONDS = 5.0
_BUFFER_BYTES = 1 << 22
"""What the kernel holds of a frame that is not read yet, or as much as it allows: each wait for the other end costs."""


@dataclass(frozen=True, slots=True)
class WorkerCommand:
    """How the workers of one model are started.

    Args:
        python: the interpreter of the model's environment. folder: the model's.
        library: a folder with the package `mlplat`. variables: laid over this process's own.
        trust: whether whatever code the model holds may run. ledger: folder that names files which may anyway.
    """

    python: Path
    folder: Path
    library: Path
    variables: tuple[tuple[str, str], ...] = ()
    trust: bool = False
    ledger: Path | None = None


class ModelError(Exception):
    """A model that did not answer; `why` is as in `mlplat.worker`'s ERROR frames."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why
        self.message = message


class WorkerGoneError(Exception):
    """A worker that ended before it answered."""


Outcome = Frame | ModelError | WorkerGoneError
"""What comes of a frame that a worker is sent."""


class Worker:
    """A process that answers one frame at a time.

    Args:
        on_gone: told, once, that the process is gone, whether it was to go or not.

    Attributes:
        about: what the worker said of itself: its Python's version, whether it has pyarrow.
    """

    def __init__(self, command: WorkerCommand, on_gone: Callable[[Worker], None]) -> None:
        self._command = command
        self._on_gone = on_gone
        self._link = Link(self._received, self._ended)
        self._service: Service | None = None
        self._on_answer: Callable[[Outcome], None] | None = None
        self._wanted = True
        self._over = False
        self.about: dict[str, Any] = {}

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._service.pid if self._service else 0

    async def start(self) -> None:
        """Start the process and wait until it has loaded the model.

        Raises:
            LaunchError: it cannot be started, or ended before it had. MlplatError: the model cannot be loaded.
        """
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        with theirs:
            ours.setblocking(False)
            loaded: asyncio.Future[Frame] = loop.create_future()
            self._on_answer = partial(_settle, loaded)
            self._service = _start(self._command, theirs.fileno())
        await loop.create_unix_connection(lambda: self._link, sock=ours)
        try:
            frame = await loaded
        except WorkerGoneError:
            code = await loop.run_in_executor(None, self._service.wait)
            raise LaunchError(f"its process ended before it had loaded the model ({_said(code)})") from None
        about = msgspec.json.decode(frame.head)
        if frame.kind == FAILED:
            raise LaunchError(f"it cannot be loaded: {about['message']}")
        if frame.kind != READY or about["protocol"] != PROTOCOL:
            raise LaunchError("its process speaks another protocol than this server")
        self.about = about

    def send(self, frame: bytes, on_answer: Callable[[Outcome], None]) -> None:
        """Send a frame; one at a time.

        Args:
            on_answer: told once what came of it, in the very turn of the loop in which it came.
        """
        self._on_answer = on_answer
        self._link.send(frame)

    def ask(self, frame: bytes) -> asyncio.Future[Frame]:
        """Send a frame and return what will be its answer; the future fails with whatever else came of it."""
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.send(frame, partial(_settle, answer))
        return answer

    def kill(self) -> None:
        """End the process now."""
        if self._service is not None:
            self._service.kill()

    async def stop(self) -> None:
        """End the process once it has answered what it was asked last, or after some seconds anyway."""
        self._wanted = False
        self._over = True
        self._link.close()
        if self._service is None:
            return
        loop = asyncio.get_running_loop()
        ending = loop.run_in_executor(None, self._service.wait)
        try:
            await asyncio.wait_for(asyncio.shield(ending), _END_SECONDS)
        except TimeoutError:
            self._service.kill()
            await ending

    def _received(self, frame: Frame) -> None:
        on_answer, self._on_answer = self._on_answer, None
        if on_answer is None:
            return
        if frame.kind == ERROR:
            said = msgspec.json.decode(frame.head)
            on_answer(ModelError(said["why"], said["message"]))
        else:
            on_answer(frame)

    def _ended(self) -> None:
        if self._wanted:
            self.kill()
            self._on_gone(self)
        on_answer, self._on_answer = self._on_answer, None
        if on_answer is not None:
            on_answer(WorkerGoneError())


def _settle(answer: asyncio.Future[Frame], outcome: Outcome) -> None:
    if answer.done():
        return
    if isinstance(outcome, Frame):
        answer.set_result(outcome)
    else:
        answer.set_exception(outcome)


def _start(command: WorkerCommand, descriptor: int) -> Service:
    trusting = (["--trust"] if command.trust else []) + (["--ledger", str(command.ledger)] if command.ledger else [])
    env = with_library(command.library, os.environ | dict(command.variables))
    env["PYTHONUNBUFFERED"] = "1"
    return start_service(
        [command.python, "-m", "mlplat.worker", str(descriptor), command.folder, *trusting],
        cwd=command.library,  # `-m` puts it on the path; the model's own folder there would run what it holds
        env=env,
        descriptors=(descriptor,),
    )


def _said(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"

"""One version of a model, at work. In: requests' rows. Out: their answers, by workers that share the work.

Whatever has come while the last prediction ran goes into the next one: no timer, and a request that is alone never
waits. A worker that dies is replaced; what it was asked is asked once more, each request by itself, so that one which
kills workers harms nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mlplat.worker.frames import Frame
from mlplat.worker.model import MODEL
from mlplat.worker.outputs import NOT_BY_ROW
from mlplat_cli.errors import MlplatError
from mlplat_cli.serving.answers import Answer, parts_of
from mlplat_cli.serving.figures import Figures
from mlplat_cli.serving.rows import Rows, frame_of
from mlplat_cli.serving.trial import answers_by_row
from mlplat_cli.serving.worker import ModelError, Outcome, Worker, WorkerCommand, WorkerGoneError

MOST_JOINED_ROWS = 1024
"""Rows up to which requests are joined: beyond, one prediction gains nothing and the first waits for the last."""

LARGE_BYTES = 1 << 20
MOST_LARGE_BYTES = 512 << 20
"""What requests that are larger than LARGE_BYTES may take up together; one alone may take any."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0

_log = logging.getLogger(__name__)


class BusyError(Exception):
    """More requests wait than may."""


class GoneError(Exception):
    """No process could answer: they died over this request, or there is none."""


class TooLateError(Exception):
    """No answer within the time that a request may take."""


@dataclass(slots=True, eq=False)
class _Job:
    rows: Rows
    answer: asyncio.Future[Answer]
    deadline: float
    alone: bool = False
    tried: bool = False


class Deployment:
    """Workers of one version of a model, and the queue before them.

    Args:
        command: how a worker is started. workers: how many. timeout: seconds that a request may take.
        most_waiting: requests that may wait. joins: whether requests may be joined, where the example does not show
            otherwise.

    Attributes:
        figures: what is counted. about: what the first worker said of itself.
        trouble: why the model does not answer its example.
    """

    def __init__(
        self,
        command: WorkerCommand,
        *,
        workers: int = 1,
        timeout: float = 60.0,
        most_waiting: int = 1024,
        joins: bool = True,
    ) -> None:
        self._command = command
        self._wanted = workers
        self._timeout = timeout
        self._most_waiting = most_waiting
        self.joins = joins
        self._queue: deque[_Job] = deque()
        self._idle: list[Worker] = []
        self._busy: dict[Worker, Sequence[_Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._example: Rows | None = None
        self._looking: asyncio.Task[None] | None = None
        self._large_bytes = 0
        self._planned = False
        self._stopping = False
        self.figures = Figures()
        self.about: dict[str, Any] = {}
        self.trouble: str | None = None

    async def start(self, example: Callable[[dict[str, Any]], Rows | None]) -> None:
        """Start all workers, and return when the first has loaded the model and was asked its example.

        Args:
            example: returns the model's input example, for what the worker said of itself.

        Raises:
            MlplatError: the first could not load the model.
        """
        self._looking = asyncio.create_task(self._look())
        first = await self._started()
        try:
            self.about = first.about
            self._example = example(first.about)
            await self._try(first)
        except WorkerGoneError:
            self.trouble, self._example = "the model's process ends over its input example", None
            self._replace(0.0)
        except BaseException:
            await _ended(first)
            raise
        else:
            self._free(first)
        for _ in range(self._wanted - 1):
            self._replace(0.0)

    async def _try(self, worker: Worker) -> None:
        if self._example is None:
            return
        try:
            self.joins = await answers_by_row(worker, self._example) and self.joins
        except ModelError as error:
            self.trouble, self._example = f"the model does not answer its input example: {error.message}", None

    def submit(self, rows: Rows) -> asyncio.Future[Answer]:
        """Queue a request and return what will be its answer.

        The future fails with ModelError, TooLateError or GoneError.

        Raises:
            BusyError: too many wait already, or too much.
        """
        size = sum(map(len, rows.blocks))
        if len(self._queue) >= self._most_waiting or self._stopping or self._is_too_much(size):
            raise BusyError
        loop = asyncio.get_running_loop()
        job = _Job(rows, loop.create_future(), loop.time() + self._timeout)
        if size > LARGE_BYTES:
            self._large_bytes += size
            job.answer.add_done_callback(lambda _: self._release(size))
        self._queue.append(job)
        if self._idle and not self._planned:
            # Not at once: other requests that came with this one are read in the same turn of the loop.
            self._planned = True
            loop.call_soon(self._dispatch)
        return job.answer

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._queue)

    @property
    def workers(self) -> list[Worker]:
        """The workers that have loaded the model."""
        return [*self._idle, *self._busy]

    async def stop(self, seconds: float) -> None:
        """Answer what was asked, for so many seconds at most, then end all processes."""
        self._stopping = True
        deadline = time.monotonic() + seconds
        while (self._queue or self._busy) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        if self._looking:
            self._looking.cancel()
        for task in self._tasks:
            task.cancel()
        for job in [*self._queue, *(job for jobs in self._busy.values() for job in jobs)]:
            _fail(job, GoneError())
        self._queue.clear()
        for worker in self._busy:
            worker.kill()
        await asyncio.gather(*(worker.stop() for worker in self.workers), *self._tasks, return_exceptions=True)

    def _is_too_much(self, size: int) -> bool:
        return size > LARGE_BYTES and 0 < self._large_bytes > MOST_LARGE_BYTES - size

    def _release(self, size: int) -> None:
        self._large_bytes -= size

    def _dispatch(self) -> None:
        self._planned = False
        while self._queue and self._idle:
            jobs = self._taken(len(self._idle))
            self._ask(self._idle.pop(), jobs)

    def _taken(self, idle: int) -> list[_Job]:
        """Take what is asked next: the first request, and those right behind it that may come along."""
        queue = self._queue
        first = queue.popleft()
        if first.answer.done():  # its time is over
            return []
        jobs, head, count = [first], first.rows.head, first.rows.count
        if not (self.joins and first.rows.joins) or first.alone:
            return jobs
        share = -(-(len(queue) + 1) // idle)
        while queue and len(jobs) < share:
            job = queue[0]
            count += job.rows.count
            if job.alone or job.rows.head != head or count > MOST_JOINED_ROWS or not job.rows.joins:
                break
            jobs.append(queue.popleft())
        return jobs

    def _ask(self, worker: Worker, jobs: list[_Job]) -> None:
        self.figures.count_batch(len(jobs))
        self._busy[worker] = jobs
        worker.send(frame_of([job.rows for job in jobs]), partial(self._answered, worker, jobs))

    def _answered(self, worker: Worker, jobs: list[_Job], outcome: Outcome) -> None:
        self._busy.pop(worker, None)
        if isinstance(outcome, Frame):
            self._free(worker)
            self._tell(jobs, outcome)
            return
        if isinstance(outcome, ModelError):
            self._free(worker)
            if outcome.why == NOT_BY_ROW:
                self.joins = False
            if len(jobs) == 1:
                _fail(jobs[0], outcome)
                return
        self._again(jobs, outcome)

    @staticmethod
    def _tell(jobs: list[_Job], frame: Frame) -> None:
        try:
            parts = list(parts_of(frame, [job.rows.count for job in jobs]))
        except (ValueError, KeyError, TypeError) as error:
            # Whatever it was, nobody waits for ever.
            for job in jobs:
                _fail(job, ModelError(MODEL, f"its process answered nonsense: {error!r}"))
            return
        for job, part in zip(jobs, parts, strict=True):
            if not job.answer.done():
                job.answer.set_result(part)

    def _again(self, jobs: list[_Job], error: BaseException) -> None:
        """Ask once more, each by itself and before all others."""
        for job in reversed(jobs):
            if job.answer.done():
                continue
            if job.tried and isinstance(error, WorkerGoneError):
                _fail(job, GoneError())
                continue
            job.alone = True
            job.tried = job.tried or isinstance(error, WorkerGoneError)
            self._queue.appendleft(job)
        self._dispatch()

    def _free(self, worker: Worker) -> None:
        self._idle.append(worker)
        if self._queue and not self._planned:
            self._planned = True
            asyncio.get_running_loop().call_soon(self._dispatch)

    def _gone(self, worker: Worker) -> None:
        if worker not in self._busy and worker not in self._idle:
            return  # it was only being started
        if worker in self._idle:
            self._idle.remove(worker)
        self._keep(worker.stop())
        if not self._stopping:
            self.figures.restarts += 1
            _log.warning("a process of the model in %s has ended and is replaced", self._command.folder)
            self._replace(0.0)

    def _replace(self, pause: float) -> None:
        self._keep(self._start_another(pause))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; asyncio itself forgets what nobody holds."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start_another(self, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                self._free(await self._started())
            except (MlplatError, ModelError, WorkerGoneError) as error:
                pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                _log.warning("a process of the model in %s does not start: %s", self._command.folder, error)
            else:
                return

    async def _started(self) -> Worker:
        worker = Worker(self._command, self._gone)
        try:
            await worker.start()
            if self._example is not None:
                await worker.ask(frame_of([self._example]))
        except BaseException:
            await _ended(worker)
            raise
        return worker

    async def _look(self) -> None:
        """Fail what has waited too long, and end a worker whose every request has."""
        while True:
            await asyncio.sleep(min(0.1, self._timeout / 10))
            now = asyncio.get_running_loop().time()
            while self._queue and (self._queue[0].answer.done() or self._queue[0].deadline < now):
                _fail(self._queue.popleft(), TooLateError())
            for worker, busy in list(self._busy.items()):
                for job in busy:
                    if job.deadline < now:
                        _fail(job, TooLateError())
                if all(job.answer.done() for job in busy):
                    worker.kill()


async def _ended(worker: Worker) -> None:
    worker.kill()
    await worker.stop()


def _fail(job: _Job, error: Exception) -> None:
    if not job.answer.done():
        job.answer.set_exception(error)

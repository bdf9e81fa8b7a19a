"""A model server that runs. In: a command. Out: a port that answers predictions, memory, the end."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import BenchmarkError
from benchmarks.sides import Side, surroundings
from benchmarks.tracking.connection import Connection, request
from benchmarks.tracking.servers import end, family, free_port, pss

_READY_SECONDS = 180.0


@dataclass
class Server:
    """A server of one model.

    Args:
        name: whose it is. command: `{port}` in it becomes the port. folder: where it runs.
        path, body: of a prediction of one row. ports: variables that take a free port each, the first for HTTP.
        side: whose programs are first on the path.

    Attributes:
        ready_seconds: from the command to the first prediction of the latest start.
    """

    name: str
    command: Sequence[str | Path]
    folder: Path
    path: str
    body: Any
    ports: Sequence[str] = ()
    side: Side | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    ready_seconds: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def one(self) -> bytes:
        """A whole request of one row."""
        return request("POST", self.path, json.dumps(self.body).encode())

    def start(self) -> None:
        """Start it, and return once it has predicted.

        Raises:
            BenchmarkError: it ended, or did not answer in three minutes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        env = (self.side.env() if self.side else surroundings(self.folder)) | dict(self.variables)
        env |= {name: str(self.port if place == 0 else free_port()) for place, name in enumerate(self.ports)}
        command = [str(word).replace("{port}", str(self.port)) for word in self.command]
        with (self.folder / "log").open("wb") as log:
            begin = time.perf_counter()
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            self._wait(self._process, begin)
        except BaseException:
            self.stop()
            raise

    def _wait(self, process: subprocess.Popen[bytes], begin: float) -> None:
        while True:
            try:
                Connection(self.port).exchange(self.one)
            except (OSError, BenchmarkError) as error:
                waited = time.perf_counter() - begin
                if process.poll() is not None or waited > _READY_SECONDS:
                    said = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise BenchmarkError(
                        f"{self.name} does not predict after {waited:.0f} s: {error}\n{said}"
                    ) from None
                time.sleep(0.01)
            else:
                self.ready_seconds = time.perf_counter() - begin
                return

    def memory(self) -> list[float]:
        """Return the megabytes (PSS) of each of its processes, the one that was started first."""
        assert self._process is not None
        return [pss(pid) / 1e6 for pid in family(self._process.pid)]

    def stop(self) -> None:
        """End it and all that it started."""
        process, self._process = self._process, None
        if process is not None:
            end(process)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Have a server running."""
    server.start()
    try:
        yield server
    finally:
        server.stop()

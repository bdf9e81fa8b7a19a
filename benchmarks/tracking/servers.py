"""Running servers. In: an installed tool and a store's address. Out: a port that answers, memory, the end.

Each runs with one worker and without a log of requests, which of the three only mlplat leaves out by itself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import BenchmarkError
from benchmarks.sides import Side
from benchmarks.tracking.connection import Connection, get

_READY_SECONDS = 120.0
_STOP_SECONDS = 20.0
_HEALTH = get("/health")


@dataclass
class Server:
    """A tracking server that is started and stopped.

    Args:
        side: whose it is. store: `sqlite:///FILE` or `postgresql://…`. folder: where it may put what it likes.
        drivers: a folder of Python packages that it needs for its database.

    Attributes:
        ready_seconds: from the command to the first answer of the latest start.
    """

    side: Side
    store: str
    folder: Path
    drivers: Path | None = None
    port: int = 0
    ready_seconds: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, and return once it has answered.

        Raises:
            BenchmarkError: it ended, or did not answer in two minutes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        variables = {"PYTHONPATH": self.drivers} if self.drivers else {}
        with (self.folder / "log").open("wb") as log:
            begin = time.perf_counter()
            self._process = subprocess.Popen(
                _command(self),
                cwd=self.folder,
                env=self.side.env(**variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait(self._process, begin)
        except BaseException:
            self.stop()
            raise

    def _wait(self, process: subprocess.Popen[bytes], begin: float) -> None:
        while True:
            try:
                connection = Connection(self.port)
                connection.exchange(_HEALTH)
            except (OSError, BenchmarkError):
                waited = time.perf_counter() - begin
                if process.poll() is not None or waited > _READY_SECONDS:
                    said = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise BenchmarkError(f"{self.side.name} does not answer after {waited:.0f} s:\n{said}") from None
                time.sleep(0.002)
            else:
                self.ready_seconds = time.perf_counter() - begin
                connection.close()
                return

    def stop(self) -> None:
        """End it and all that it started."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def memory(self) -> tuple[float, int]:
        """Return the megabytes that all its processes together have (PSS: a shared page is shared), and their number.

        Linux alone tells.
        """
        assert self._process is not None
        pids = family(self._process.pid)
        return sum(map(pss, pids)) / 1e6, len(pids)


@contextmanager
def running(servers: Sequence[Server]) -> Iterator[dict[str, Connection]]:
    """Have servers running; yields a connection to each, by its side's name."""
    try:
        for server in servers:
            server.start()
        yield {server.side.name: Connection(server.port) for server in servers}
    finally:
        for server in servers:
            server.stop()


def _command(server: Server) -> list[str]:
    port, store = str(server.port), server.store
    program = str(server.side.command)
    match server.side.name:
        case "mlplat":
            return [program, "server", "--backend-store-uri", store, "--port", port]
        case "mlflow":
            options = ["--backend-store-uri", store, "--host", "127.0.0.1", "--port", port, "--workers", "1"]
            quiet = ["--uvicorn-opts", "--log-level warning"]
            return [program, "server", *options, "--artifacts-destination", str(server.folder / "artifacts"), *quiet]
        case _:
            store = store.replace("sqlite:///", "sqlite://", 1).replace("postgresql://", "postgres://", 1)
            root = str(server.folder / "artifacts")
            options = ["--database-uri", store, "--default-artifact-root", root, "--log-level", "warning"]
            return [program, "server", "--listen-address", f"127.0.0.1:{port}", *options]


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    pids = family(process.pid)
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in pids[1:]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    family = [pid]
    for member in family:
        family += children.get(member, ())
    return family


def pss(pid: int) -> int:
    """Return the bytes that a process has, a shared page being shared; 0 where nobody tells."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))

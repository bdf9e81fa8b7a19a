"""The same requests, into a PostgreSQL that is started here from Debian's packages, with the settings it comes with."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.comparison import Comparison
from benchmarks.measuring import BenchmarkError, run
from benchmarks.sides import Side
from benchmarks.tracking.logging import compared
from benchmarks.tracking.peers import drivers, fasttrackml
from benchmarks.tracking.servers import Server, free_port

ROUNDS = 3

USER = "benchmarks"
_READY_SECONDS = 30.0


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare the three on empty databases of one PostgreSQL."""
    folder = ours.work / "tracking" / "postgresql"
    shutil.rmtree(folder, ignore_errors=True)
    packages = drivers(ours)
    with postgresql(ours.env()) as port:
        servers = []
        for side in (ours, peer, fasttrackml(ours)):
            own = folder / side.name
            own.mkdir(parents=True)
            program: list[str | Path] = [
                _programs() / "createdb",
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-U",
                USER,
                side.name,
            ]
            run(program, cwd=own, env=ours.env())
            address = f"postgresql://{USER}@127.0.0.1:{port}/{side.name}"
            servers.append(Server(side, address, own, packages))
        return compared("PostgreSQL", servers, rounds)


@contextmanager
def postgresql(env: dict[str, str]) -> Iterator[int]:
    """Have a PostgreSQL running in a temporary folder, as a user without rights where we are root; yields its port.

    Raises:
        BenchmarkError: it is not installed, or does not start.
    """
    programs, user = _programs(), _user()
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as top:
        folder, port = Path(top), free_port()
        data, log = folder / "data", folder / "log"
        data.mkdir()
        if user:
            folder.chmod(0o711)
            shutil.chown(data, user)
        make = [str(programs / "initdb"), "-D", str(data), "-U", USER, "-A", "trust"]
        with log.open("wb") as output:
            words = [*make, "-E", "UTF8", "--locale", "C.UTF-8"]
            made = subprocess.run(words, user=user, cwd="/", env=env, stdout=output, stderr=output, check=False)
        if made.returncode != 0:
            raise BenchmarkError(f"initdb fails:\n{log.read_text(errors='replace')[-2000:]}")
        serve = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*serve, "-c", "unix_socket_directories="], user=user, cwd="/", env=env, stdout=output, stderr=output
            )
        try:
            _wait(process, [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], log)
            yield port
        finally:
            process.send_signal(signal.SIGINT)  # SIGTERM would wait for whoever is connected
            process.wait()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise BenchmarkError("PostgreSQL is not installed (apt-get install postgresql)")
    return found[-1].parent


def _user() -> str | None:
    """Return whom PostgreSQL runs as; it refuses to run as root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _wait(process: subprocess.Popen[bytes], asking: list[str | Path], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while subprocess.run(asking, stdout=subprocess.DEVNULL, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchmarkError(f"PostgreSQL does not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)

"""Real database servers for tests, from Debian's packages. In: a kind. Out: addresses of empty databases.

A server starts when a test first asks for it, on a free port, with its data in a temporary folder, as a user without
rights where the tests run as root; it ends with the session.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

KINDS = ("postgresql", "mariadb")
PASSWORD = "p@ss/w%rd"  # noqa: S105 - of a server that lives as long as the tests
ENCODED_PASSWORD = "p%40ss%2Fw%25rd"  # noqa: S105
_START_SECONDS = 30
_numbers = itertools.count(1)


class Server(Protocol):
    """A running server."""

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        ...

    def stop(self) -> None:
        """End the server."""
        ...


def start(kind: str, folder: Path) -> Server:
    """Start a server; the test is skipped where it is not installed, or fails under MLPLAT_REQUIRE_ALL=1."""
    server = _PostgreSql if kind == "postgresql" else _MariaDb
    missing = server.missing()
    if missing:
        message = f"{kind}: {missing} is not installed (apt-get install postgresql mariadb-server)"
        if os.environ.get("MLPLAT_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return server(folder)


def running(kind: str) -> Iterator[Server]:
    """Start a server and end it; the body of a fixture."""
    # Not below pytest's own folder, which no other user may enter.
    with tempfile.TemporaryDirectory(prefix=f"{kind}-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        server = start(kind, Path(folder))
        try:
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _owner(name: str) -> str | None:
    """Return the user that the server runs as; None where we are no root and it runs as ourselves."""
    if os.getuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name).pw_name
    return "nobody"


def _run(command: list[str], user: str | None) -> None:
    done = subprocess.run(
        command, user=user, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


class _PostgreSql:
    def __init__(self, folder: Path) -> None:
        self.user = _owner("postgres")
        self.port = _free_port()
        data, log, secret = folder / "data", folder / "log", folder / "password"
        secret.write_text(PASSWORD)
        data.mkdir()
        if self.user:
            for path in (data, secret):
                shutil.chown(path, self.user)
        binaries = self._binaries()
        assert binaries is not None
        _run(
            [str(binaries / "initdb"), "-D", str(data), "-U", "mlplat", "-A", "scram-sha-256", "--pwfile", str(secret),
             "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"],
            self.user,
        )  # fmt: skip
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(data), "-p", str(self.port), "-h", "127.0.0.1",
                 "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200",
                 "-c", "shared_buffers=32MB"],
                user=self.user, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        _wait(self.process, self._connect, log)

    @staticmethod
    def _binaries() -> Path | None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        return found[-1].parent if found else None

    @classmethod
    def missing(cls) -> str | None:
        try:
            import psycopg  # noqa: F401
        except ImportError:
            return "psycopg"
        return None if cls._binaries() else "the server"

    def _connect(self) -> None:
        import psycopg

        psycopg.connect(
            host="127.0.0.1", port=self.port, user="mlplat", password=PASSWORD, dbname="postgres", autocommit=True
        ).close()

    def new_database(self) -> str:
        import psycopg

        name = f"store{next(_numbers)}"
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="mlplat", password=PASSWORD, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://mlplat:{ENCODED_PASSWORD}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self.process.terminate()  # SIGTERM waits for clients, SIGINT does not
        self.process.send_signal(2)
        self.process.wait()


class _MariaDb:
    def __init__(self, folder: Path) -> None:
        self.user = _owner("mysql")
        self.port = _free_port()
        data, log = folder / "data", folder / "log"
        data.mkdir()
        if self.user:
            shutil.chown(data, self.user)
        _run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal"],
            self.user,
        )  # fmt: skip
        setup = data / "setup.sql"
        setup.write_text(
            f"CREATE USER mlplat@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO mlplat@'127.0.0.1';\n"
        )
        setup.chmod(0o644)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                ["mariadbd", "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1",
                 f"--socket={data}/s", f"--pid-file={data}/pid", f"--init-file={setup}", "--max-connections=300",
                 "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
                 "--skip-name-resolve"],
                user=self.user, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"},
            )  # fmt: skip
        _wait(self.process, lambda: self._execute("SELECT 1"), log)

    @staticmethod
    def missing() -> str | None:
        try:
            import pymysql  # noqa: F401
        except ImportError:
            return "PyMySQL"
        found = all(
            shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("mariadbd", "mariadb-install-db")
        )
        return None if found else "the server"

    def _execute(self, statement: str) -> None:
        import pymysql

        connection = pymysql.connect(host="127.0.0.1", port=self.port, user="mlplat", password=PASSWORD)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def new_database(self) -> str:
        name = f"store{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return f"mysql://mlplat:{ENCODED_PASSWORD}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def _wait(process: subprocess.Popen[bytes], connect, log: Path) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            connect()
        except Exception:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                pytest.fail(log.read_text(errors="replace")[:3000])
            time.sleep(0.05)
        else:
            return

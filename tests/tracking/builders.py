"""Journals made as the library makes them, for the tests of what reads them."""

from __future__ import annotations

import uuid
from pathlib import Path

from mlplat.journal import Journal, encode


class WrittenJournal:
    """A journal whose writer lives until `die` is called."""

    def __init__(self, home: Path, run_id: str | None = None, **run: object) -> None:
        self.run_id = run_id or uuid.uuid4().hex
        record = ("run", None, run.get("experiment"), run.get("name", "a-run"), "me", 1000, dict(run.get("tags", {})))  # type: ignore[call-overload]
        self._journal = Journal(str(home / "journals"), self.run_id, record)
        self.path = Path(self._journal.path)
        self.staging = Path(self._journal.staging)

    def write(self, *records: tuple[object, ...]) -> None:
        self._journal.write(b"".join(encode(record) for record in records))

    def metric(self, key: str, value: float, step: int = 0) -> None:
        self.write(("m", key, value, step, 2000 + step))

    def stage(self, name: str, content: bytes, path: str) -> None:
        self.staging.mkdir(exist_ok=True)
        (self.staging / name).write_bytes(content)
        self.write(("a", path, name, len(content)))

    def die(self) -> None:
        """Let go of the lock, as the kernel does when a process is killed."""
        self._journal.close()

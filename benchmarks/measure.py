"""Measuring whole commands. In: words of a command. Out: seconds of processor or of the clock, as medians."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Number = float
Words = Sequence[str | Path]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        ours, peer: what was measured, in `unit`; peer is None where only a bound holds.
        target: in words. met: None where there is nothing to meet.
    """

    name: str
    unit: str
    ours: Number
    peer: Number | None
    target: str
    met: bool | None

    @property
    def ratio(self) -> Number | None:
        """How many times less ours is than the peer's."""
        return self.peer / self.ours if self.peer is not None and self.ours else None


def cpu_seconds(words: Words, *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Number:
    """Return what a command takes of the processor, user and system, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(words, env=env, cwd=cwd)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wall_seconds(words: Words, *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Number:
    """Return how long a command takes by the clock."""
    start = time.perf_counter()
    run(words, env=env, cwd=cwd)
    return time.perf_counter() - start


def run(words: Words, *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Run a command to its good end and return what it wrote to standard output; exit with its output otherwise."""
    done = subprocess.run(
        [str(word) for word in words], env={**os.environ, **(env or {})}, cwd=cwd, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def alternating(times: int, *calls: Callable[[], Number]) -> list[Number]:
    """Call each in turn, `times` times, so that a busy moment hurts all alike; return their medians."""
    measured: list[list[Number]] = [[] for _ in calls]
    for _ in range(times):
        for values, call in zip(measured, calls, strict=True):
            values.append(call())
    return [statistics.median(values) for values in measured]

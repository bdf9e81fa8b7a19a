"""What the commands that only inform cost: processor time, against a bare interpreter and against the peer."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Row, alternating, cpu_seconds
from benchmarks.places import Places

AT_MOST_BARE = 8
AT_LEAST_PEER = 80
COMMANDS = (("--help",), ("--version",), ("run", "--help"))


def measure(places: Places) -> Iterator[Row]:
    """Compare each command with `python -c pass` and with `mlflow --version`."""
    mlplat = places.our("mlplat")
    calls = [lambda words=words: cpu_seconds([mlplat, *words]) for words in COMMANDS]
    bare, *ours = alternating(15, lambda: cpu_seconds([places.our("python"), "-c", "pass"]), *calls)
    (peer,) = alternating(3, lambda: cpu_seconds([places.their("mlflow"), "--version"]))
    for words, seconds in zip(COMMANDS, ours, strict=True):
        name = f"mlplat {' '.join(words)}"
        yield Row(f"{name}, times `python -c pass`", "x", seconds / bare, None, f"at most {AT_MOST_BARE}",
                  seconds / bare <= AT_MOST_BARE)  # fmt: skip
        yield Row(f"{name} / mlflow --version, CPU", "ms", seconds * 1000, peer * 1000,
                  f"{AT_LEAST_PEER} times less", peer / seconds >= AT_LEAST_PEER)  # fmt: skip

"""What it costs to start, in CPU time: commands that only answer, beside `python -c pass` and `mlflow --version`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.comparison import Comparison, at_most_times, times_less
from benchmarks.measuring import alternate, run
from benchmarks.sides import Side

ROUNDS = 7

STARTS = 5
"""How often a short command is started a round; the mean counts, for one start is near what a clock can tell."""

AT_MOST_TIMES = 8
TIMES_LESS = 80

OURS = (("--help",), ("--version",), ("run", "--help"))


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare each command that does nothing but answer."""
    nothing = "`python -c pass`"
    theirs = "`mlflow --version`"
    tasks: dict[str, Callable[[], float]] = {
        nothing: partial(_cpu, ours, (str(ours.python), "-c", "pass"), STARTS),
        theirs: partial(_cpu, peer, (str(peer.command), "--version"), 1),
    }
    for words in OURS:
        tasks[_typed(words)] = partial(_cpu, ours, (str(ours.command), *words), STARTS)
    measured = alternate(tasks, rounds)
    comparisons = []
    for words in OURS:
        sample = measured[_typed(words)]
        for beside, target in (
            (nothing, at_most_times(sample, measured[nothing], AT_MOST_TIMES)),
            (theirs, times_less(sample, measured[theirs], TIMES_LESS)),
        ):
            comparisons.append(
                Comparison(f"{_typed(words)}, CPU", "ms", sample, beside, measured[beside], (target,)),
            )
    return comparisons


def _typed(words: tuple[str, ...]) -> str:
    return f"`mlplat {' '.join(words)}`"


def _cpu(side: Side, command: tuple[str, ...], starts: int) -> float:
    """Return the milliseconds of CPU time of one start."""
    used = [run(command, cwd=side.work, env=side.env()).cpu for _ in range(starts)]
    return sum(used) / starts * 1000

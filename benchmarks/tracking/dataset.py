"""The runs that are searched: twenty parameters, twenty metrics and five tags each, the same on every server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.tracking.protocol import STARTED

PARAMETERS = ("learning_rate", "optimizer", *(f"param_{number}" for number in range(18)))
METRICS = ("accuracy", "loss", *(f"metric_{number}" for number in range(18)))
TAGS = ("mlflow.user", "mlflow.source.name", "mlflow.source.type", "mlflow.runName", "team")

RATES = ("0.1", "0.03", "0.01", "0.003", "0.001", "0.0003", "0.0001", "0.00003")
OPTIMIZERS = ("adam", "sgd", "lion", "adafactor")
TEAMS = ("vision", "speech", "language", "forecast", "search")


@dataclass(frozen=True, slots=True)
class MadeRun:
    """One run; values stand in the order of the names above.

    Args:
        number: from 0 for the oldest. start: ms since the epoch.
    """

    number: int
    params: tuple[str, ...]
    metrics: tuple[float, ...]
    tags: tuple[str, ...]

    @property
    def run_id(self) -> str:
        """Its id, which looks like any other's."""
        return f"{random.Random(self.number).getrandbits(128):032x}"  # noqa: S311 - a name, no secret

    @property
    def start(self) -> int:
        """When it began, ms since the epoch."""
        return STARTED + self.number * 1000


def runs(count: int) -> Iterator[MadeRun]:
    """Make so many runs, the same ones every time."""
    chance = random.Random(count)  # noqa: S311 - values, no secrets
    for number in range(count):
        params = (chance.choice(RATES), chance.choice(OPTIMIZERS), *(f"{chance.random():.6f}" for _ in range(18)))
        metrics = tuple(chance.random() for _ in METRICS)
        tags = ("somebody", "train.py", "LOCAL", f"useful-benchmark-{number}", chance.choice(TEAMS))
        yield MadeRun(number, params, metrics, tags)

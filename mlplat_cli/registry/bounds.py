"""What a model must reach. In: words of a command line. Out: thresholds of metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlplat.evaluation.thresholds import MetricThreshold
from mlplat.exceptions import MlplatException
from mlplat_cli.errors import InvalidInputError

LESS_IS_BETTER = ("_loss", "_error", "false_positives", "false_negatives")
"""How names of metrics end of which less is better."""


def at_least(words: Sequence[str], option: str) -> list[tuple[str, MetricThreshold]]:
    """Read `NAME=VALUE` as the least value that is good enough; InvalidInputError for other words."""
    return [(name, MetricThreshold(threshold=value, greater_is_better=True)) for name, value in _pairs(words, option)]


def at_most(words: Sequence[str], option: str) -> list[tuple[str, MetricThreshold]]:
    """Read `NAME=VALUE` as the greatest value that is good enough; InvalidInputError for other words."""
    return [(name, MetricThreshold(threshold=value, greater_is_better=False)) for name, value in _pairs(words, option)]


def better_than_baseline(words: Sequence[str], option: str) -> list[tuple[str, MetricThreshold]]:
    """Read `NAME=CHANGE` as by how much the baseline must be beaten; InvalidInputError for other words."""
    found = []
    for name, change in _pairs(words, option):
        try:
            threshold = MetricThreshold(min_absolute_change=change, greater_is_better=not name.endswith(LESS_IS_BETTER))
        except MlplatException as error:
            raise InvalidInputError(f"{option} {name}={change:g}: {error.message}") from error
        found.append((name, threshold))
    return found


def _pairs(words: Sequence[str], option: str) -> list[tuple[str, float]]:
    pairs = []
    for word in words:
        name, separator, text = word.partition("=")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not name or not separator or not math.isfinite(value):
            raise InvalidInputError(f"{option} is NAME=NUMBER, not {word!r}", hint=f"{option} accuracy_score=0.9")
        pairs.append((name, value))
    return pairs

"""The words of `mlplat models monitor`. In: options as typed. Out: what the monitor takes, or InvalidInputError."""

from __future__ import annotations

import math
import time

from mlplat_cli.cli.age import moment_ms
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.errors.spelling import HINT, nearest
from mlplat_cli.serving.monitoring.drift import Choice
from mlplat_cli.serving.monitoring.methods import METHODS
from mlplat_cli.serving.monitoring.quality import METRICS
from mlplat_cli.serving.monitoring.verdict import Limits


def window(since: str | None, until: str | None, last_seconds: float | None) -> tuple[int | None, int | None]:
    """Return the bounds of the window in ms since the epoch."""
    if since is not None and last_seconds is not None:
        raise InvalidInputError("--since and --last both say where the window begins", hint="give one of them")
    end = None if until is None else moment_ms("--until", until)
    if last_seconds is not None:
        return int((end or time.time() * 1000) - last_seconds * 1000), end
    start = None if since is None else moment_ms("--since", since)
    if start is not None and end is not None and start >= end:
        raise InvalidInputError(f"--since {since} is not before --until {until}")
    return start, end


def choice(method: list[str] | None, threshold: list[str] | None, min_rows: int) -> Choice:
    """Read `[COLUMN=]METHOD` and `[COLUMN=]NUMBER` words."""
    methods = dict(_assigned(word) for word in method or ())
    for name in methods.values():
        if name not in METHODS:
            near = nearest(name, METHODS, HINT)
            raise InvalidInputError(
                f"--method {name}: there is no such method",
                hint=f"did you mean {near}?" if near else f"one of {', '.join(METHODS)}",
            )
    thresholds = {name: _number("--threshold", text) for name, text in map(_assigned, threshold or ())}
    return Choice(methods.pop("", None), thresholds.pop("", None), methods, thresholds, min_rows)


def limits(fail_on: str, drift_share: float, under: list[str] | None, over: list[str] | None) -> Limits:
    """Read `METRIC=NUMBER` words and the share."""
    if not 0 < drift_share <= 1:
        raise InvalidInputError(f"--drift-share {drift_share:g}: a share is over 0 and at most 1")
    return Limits(fail_on, drift_share, _bounds("--fail-under", under), _bounds("--fail-over", over))


def _bounds(option: str, given: list[str] | None) -> dict[str, float]:
    bounds = {}
    for word in given or ():
        name, text = _assigned(word)
        if name not in METRICS:
            raise InvalidInputError(f"{option} {word}: there is no such metric", hint=f"one of {', '.join(METRICS)}")
        bounds[name] = _number(option, text)
    return bounds


def _assigned(word: str) -> tuple[str, str]:
    """Return what stands before the last `=` and after it."""
    name, _, text = word.rpartition("=")
    return name, text


def _number(option: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInputError(f"{option} {text}: this is no number")
    return number

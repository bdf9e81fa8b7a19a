"""What is counted of one version of a model. In: answers, batches. Out: Prometheus' text format, version 0.0.4."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Histogram:
    """Counts by upper bound."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def lines(self, name: str, labels: str) -> Iterable[str]:
        """Write it."""
        total = 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{{labels},le="{bound}"}} {total}'
        yield f"{name}_sum{{{labels}}} {self._sum}"
        yield f"{name}_count{{{labels}}} {total}"


class Figures:
    """Counts of one version of a model, since it has been served.

    Attributes:
        restarts: processes that ended by themselves.
    """

    def __init__(self) -> None:
        self._statuses: Counter[int] = Counter()
        self._seconds = Histogram(SECONDS)
        self._requests = Histogram(SIZES)
        self.restarts = 0

    def count_answer(self, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._statuses[status] += 1
        self._seconds.add(seconds)

    def count_batch(self, requests: int) -> None:
        """Count a prediction, of so many requests together."""
        self._requests.add(requests)

    def statuses(self, labels: str) -> Iterable[str]:
        """Write the answers by status."""
        for status, count in sorted(self._statuses.items()):
            yield f'mlplat_model_requests_total{{{labels},status="{status}"}} {count}'

    def seconds(self, labels: str) -> Iterable[str]:
        """Write how long answers took."""
        return self._seconds.lines("mlplat_model_request_seconds", labels)

    def batches(self, labels: str) -> Iterable[str]:
        """Write how many requests were predicted together."""
        return self._requests.lines("mlplat_model_batch_requests", labels)


def labels_of(model: str, version: str | None) -> str:
    """Write the labels of a model's version."""
    return f'model="{_quoted(model)}",version="{_quoted(version or "")}"'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

"""What Prometheus asks for. In: counts and durations. Out: its text format, version 0.0.4.

Written by hand: a few metrics need no library, and each import delays the server's start.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the latency histogram, in seconds."""

_VERBS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Counted(Struct):
    """What was counted: requests by verb, route and status; by route their latencies and the sum of these; the rest."""

    requests: list[tuple[str, str, int, int]] = []
    buckets: dict[str, list[int]] = {}
    seconds: dict[str, float] = {}
    ingested: int = 0
    deliveries: dict[str, int] = {}


class Figures:
    """Counts since the server's start; safe to use from several threads.

    Args:
        others: returns what other workers of the same server have counted, encoded.
    """

    def __init__(self, others: Callable[[], Sequence[bytes]] = tuple) -> None:
        self._others = others
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._ingested = 0
        self._deliveries: Counter[str] = Counter()

    @property
    def done(self) -> int:
        """Count requests and records, of whatever kind."""
        with self._lock:
            return self._requests.total() + self._ingested

    def encoded(self) -> bytes:
        """Return what was counted here, for other workers."""
        with self._lock:
            requests = [(*place, count) for place, count in self._requests.items()]
            counted = Counted(requests, self._buckets, self._seconds, self._ingested, self._deliveries)
            return msgspec.json.encode(counted)

    def add(self, encoded: bytes) -> None:
        """Add what another has counted."""
        given = msgspec.json.decode(encoded, type=Counted)
        with self._lock:
            for verb, route, status, count in given.requests:
                self._requests[verb, route, status] += count
            for route, counts in given.buckets.items():
                mine = self._buckets.get(route, [0] * len(counts))
                self._buckets[route] = [one + other for one, other in zip(mine, counts, strict=True)]
            for route, seconds in given.seconds.items():
                self._seconds[route] += seconds
            self._ingested += given.ingested
            self._deliveries.update(given.deliveries)

    def count_request(self, verb: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; status 0 when its client went away before an answer."""
        verb = verb if verb in _VERBS else "other"  # a caller could invent any number of them
        with self._lock:
            self._requests[verb, route, status] += 1
            buckets = self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))
            buckets[bisect_left(BOUNDS, seconds)] += 1
            self._seconds[route] += seconds

    def count_ingested(self, records: int) -> None:
        """Count records of journals that reached the store."""
        with self._lock:
            self._ingested += records

    def count_delivery(self, outcome: str) -> None:
        """Count an attempt to deliver to a webhook: `delivered`, `postponed` or `given_up`."""
        with self._lock:
            self._deliveries[outcome] += 1

    def text(self) -> str:
        """Write everything, of all workers."""
        others = self._others()
        if others:
            together = Figures()
            for encoded in (self.encoded(), *others):
                together.add(encoded)
            return together.text()
        with self._lock:
            lines = [*self._request_lines(), *self._latency_lines(), *self._ingest_lines(), *self._delivery_lines()]
        return "\n".join(lines) + "\n"

    def _request_lines(self) -> list[str]:
        name = "mlplat_http_requests_total"
        lines = [f"# HELP {name} Requests answered, by route and status.", f"# TYPE {name} counter"]
        for (verb, route, status), count in sorted(self._requests.items()):
            lines.append(f'{name}{{verb="{verb}",route="{route}",status="{status}"}} {count}')
        return lines

    def _latency_lines(self) -> list[str]:
        name = "mlplat_http_request_seconds"
        lines = [f"# HELP {name} Time from a request's head to its answer's end.", f"# TYPE {name} histogram"]
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
                total += count
                lines.append(f'{name}_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'{name}_sum{{route="{route}"}} {self._seconds[route]}')
            lines.append(f'{name}_count{{route="{route}"}} {total}')
        return lines

    def _ingest_lines(self) -> list[str]:
        name = "mlplat_ingested_records_total"
        return [
            f"# HELP {name} Records of journals that reached the store.",
            f"# TYPE {name} counter",
            f"{name} {self._ingested}",
        ]

    def _delivery_lines(self) -> list[str]:
        name = "mlplat_webhook_attempts_total"
        lines = [f"# HELP {name} Attempts to deliver to webhooks, by what came of them.", f"# TYPE {name} counter"]
        return lines + [f'{name}{{outcome="{each}"}} {count}' for each, count in sorted(self._deliveries.items())]

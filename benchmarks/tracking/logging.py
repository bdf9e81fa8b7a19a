"""What logging through the stock protocol costs. In: servers on empty stores. Out: comparisons.

One client's requests follow each other on a kept-alive connection. Every answer must have status 200, and at the end
each server must have stored what it acknowledged.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from time import perf_counter, perf_counter_ns

from benchmarks.comparison import Comparison, Target, at_most, less, times_more
from benchmarks.measuring import BenchmarkError, Sample, say
from benchmarks.tracking import protocol
from benchmarks.tracking.connection import Connection, post
from benchmarks.tracking.load import rate
from benchmarks.tracking.peers import SHOWN
from benchmarks.tracking.servers import Server, running

SECONDS = 1.5
"""How long each server is asked for each kind of request, once a round."""

WARM_UP = 20
CLIENTS = 8
PARAMETERS = 100
"""Parameters of one run."""

AT_MOST_MS = 0.7
BATCH_TIMES_MORE = 12
CLIENTS_TIMES_MORE = {"mlflow": 20.0, "fasttrackml": 1.5}

METRIC, PARAMETER, NAME, RUN, BATCH = (
    "log-metric",
    "log-parameter",
    "log-parameter of a new name",
    "create-run",
    "log-batch of 1,000 metrics",
)
TOGETHER = f"log-metric of {CLIENTS} clients"

Measured = Mapping[str, Mapping[str, list[float]]]
"""Values of a kind, one a round, by the side's name."""


def compared(database: str, servers: Sequence[Server], rounds: int) -> list[Comparison]:
    """Measure all servers, mlplat's first, and compare it with the others.

    Raises:
        BenchmarkError: a request failed, or what was acknowledged is not stored.
    """
    medians: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    tails: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with running(servers) as connections:
        clients = {name: Client(connection) for name, connection in connections.items()}
        ports = {server.side.name: server.port for server in servers}
        for turn in range(rounds):
            names = list(clients) if turn % 2 == 0 else list(reversed(clients))
            for kind in (METRIC, PARAMETER, NAME, RUN, BATCH):
                for name in names:
                    times = clients[name].times(kind)
                    medians[kind][name].append(statistics.median(times))
                    tails[kind][name].append(_percentile(times, 99))
            for name in names:
                medians[TOGETHER][name].append(_together(clients[name], ports[name]))
            say(f"  {database}: round {turn + 1} of {rounds}")
        for name, client in clients.items():
            say(f"  {database}: {name} has stored {client.check()}")
    return _comparisons(database, medians, tails, [server.side.name for server in servers[1:]])


class Client:
    """One client's requests to one server, and what it has been told is stored."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._run = protocol.new_run(connection)
        self._names_run = protocol.new_run(connection)
        self._parameter_runs: list[str] = []
        fields = {"name": "created"}
        made = connection.ask(post(f"{protocol.API}/experiments/create", fields))
        self._experiment: str = made["experiment_id"]
        self._requests = {
            METRIC: (protocol.log_metric(self._run, step) for step in count()),
            PARAMETER: self._parameters(),
            NAME: (protocol.log_parameter(self._names_run, f"name_{number}", "0.25") for number in count()),
            RUN: (protocol.create_run(number, self._experiment) for number in count()),
            BATCH: (protocol.log_batch(self._run, number) for number in count()),
        }
        self._acknowledged = dict.fromkeys(self._requests, 0)

    def times(self, kind: str) -> list[float]:
        """Ask one request after another; return the milliseconds of each, from its first byte to the answer's last."""
        for whole in islice(self._requests[kind], WARM_UP if kind != BATCH else 1):
            self._exchange(kind, whole)
        times = []
        until = perf_counter() + SECONDS
        for whole in self._requests[kind]:
            begin = perf_counter_ns()
            self._exchange(kind, whole)
            times.append((perf_counter_ns() - begin) / 1e6)
            if perf_counter() > until:
                break
        return times

    def check(self) -> str:
        """Say what is stored; BenchmarkError when that is not what was acknowledged."""
        connection = self.connection
        stored = {
            METRIC: protocol.stored_points(connection, self._run, "loss"),
            PARAMETER: sum(protocol.stored_parameters(connection, run_id) for run_id in self._parameter_runs),
            NAME: protocol.stored_parameters(connection, self._names_run),
            RUN: len({run["info"]["run_id"] for run in self._created()}),
            BATCH: protocol.stored_points(connection, self._run, "metric_0") * 10 // protocol.BATCH,
        }
        if stored != self._acknowledged:
            raise BenchmarkError(f"acknowledged {self._acknowledged}, and stored {stored}")
        return ", ".join(f"{number} of {kind}" for kind, number in stored.items())

    def _exchange(self, kind: str, whole: bytes) -> None:
        self.connection.exchange(whole)
        self._acknowledged[kind] += 1

    def _parameters(self) -> Iterator[bytes]:
        while True:
            run_id = protocol.new_run(self.connection)
            self._parameter_runs.append(run_id)
            for key in range(PARAMETERS):
                yield protocol.log_parameter(run_id, f"parameter_{key}", "0.25")

    def _created(self) -> Iterator[dict[str, dict[str, str]]]:
        token = ""
        while True:
            page = {"page_token": token} if token else {}
            answer = self.connection.ask(protocol.search(self._experiment, max_results=1000, **page))
            yield from answer.get("runs", ())
            token = answer.get("next_page_token", "")
            if not token:
                return


def _together(client: Client, port: int) -> float:
    """Return the points a second that several clients log together, each to its own run."""
    run_ids = [protocol.new_run(client.connection) for _ in range(CLIENTS)]
    a_second, acknowledged = rate(port, run_ids, SECONDS)
    stored = [protocol.stored_points(client.connection, run_id, "loss") for run_id in run_ids]
    if stored != acknowledged:
        raise BenchmarkError(f"clients were told of {acknowledged} points, and {stored} are stored")
    return a_second


def _percentile(values: Sequence[float], hundredth: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * hundredth // 100)]


def _comparisons(database: str, medians: Measured, tails: Measured, peers: Sequence[str]) -> list[Comparison]:
    comparisons = []
    for peer in peers:
        beside = SHOWN[peer]
        for kind in (METRIC, PARAMETER, NAME, RUN):
            ours, theirs = Sample(tuple(medians[kind]["mlplat"])), Sample(tuple(medians[kind][peer]))
            promised: tuple[Target, ...] = (less(ours, theirs),)
            if peer == "mlflow":
                promised = (at_most(ours, AT_MOST_MS, "ms"), *promised)
            what = f"{database}: {kind}, one client"
            comparisons.append(Comparison(what, "ms", ours, beside, theirs, promised))
            if peer == "mlflow":
                tail = Sample(tuple(tails[kind]["mlplat"]))
                target = less(tail, theirs)
                comparisons.append(Comparison(f"{what}, p99", "ms", tail, f"{beside}, median", theirs, (target,)))
        ours, theirs = Sample(tuple(medians[TOGETHER]["mlplat"])), Sample(tuple(medians[TOGETHER][peer]))
        target = times_more(ours, theirs, CLIENTS_TIMES_MORE[peer])
        comparisons.append(Comparison(f"{database}: {TOGETHER}", "/s", ours, beside, theirs, (target,)))
        ours, theirs = _rows(medians[BATCH]["mlplat"]), _rows(medians[BATCH][peer])
        target = times_more(ours, theirs, BATCH_TIMES_MORE if peer == "mlflow" else 1)
        comparisons.append(Comparison(f"{database}: {BATCH}", "rows/s", ours, beside, theirs, (target,)))
    return comparisons


def _rows(milliseconds: Sequence[float]) -> Sample:
    return Sample(tuple(protocol.BATCH / each * 1000 for each in milliseconds))

"""One request of 10,000 rows, in JSON, CSV and Arrow's stream: milliseconds until it is answered."""

from __future__ import annotations

from time import perf_counter

from benchmarks.comparison import Comparison, times_less
from benchmarks.measuring import Sample, say
from benchmarks.serving.models import LOGISTIC, MANY_ROWS, SHOWN, trained
from benchmarks.serving.server import Server, running
from benchmarks.serving.stock import MLFLOW, ours_of, theirs_of
from benchmarks.sides import Side
from benchmarks.tracking.connection import Connection, request

ROUNDS = 3
REPETITIONS = 15
KINDS = {"json": "application/json", "csv": "text/csv", "arrow": "application/vnd.apache.arrow.stream"}
PROMISED = (("json", "json", 3.5), ("csv", "csv", 1.5), ("arrow", "json", 15))
"""mlplat's form, mlflow's, and how many times less the time is; mlflow reads no Arrow."""


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare both on the logistic regression."""
    models, folder = trained(peer), ours.work / "serving" / "tables"
    bodies = {name: request("POST", "/invocations", models.many(name), kind) for name, kind in KINDS.items()}
    ourselves = ours_of(ours, peer, models, LOGISTIC, folder / "mlplat")
    theirs = theirs_of(peer, models, LOGISTIC, folder / "mlflow")
    spent: dict[tuple[str, str], list[float]] = {}
    for turn in range(rounds):
        for server, forms in ((ourselves, ("json", "csv", "arrow")), (theirs, ("json", "csv"))):
            with running(server):
                for form in forms:
                    spent.setdefault((server.name, form), []).append(_milliseconds(server, bodies[form]))
        say(f"  round {turn + 1} of {rounds}")
    samples = {key: Sample(tuple(values)) for key, values in spent.items()}
    comparisons = []
    for form, beside, times in PROMISED:
        mine, other = samples["mlplat", form], samples["mlflow", beside]
        what = f"{SHOWN[LOGISTIC]}, {MANY_ROWS:,} rows in one request, {form}"
        target = times_less(mine, other, times)
        comparisons.append(Comparison(what, "ms", mine, f"{MLFLOW}, {beside}", other, (target,)))
    return comparisons


def _milliseconds(server: Server, whole: bytes) -> float:
    connection, spent = Connection(server.port), []
    for _ in range(REPETITIONS):
        begin = perf_counter()
        connection.exchange(whole)
        spent.append(perf_counter() - begin)
    connection.close()
    return Sample(tuple(spent)).median * 1000

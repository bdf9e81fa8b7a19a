"""Memory under load. In: seconds. Out: what all processes of the server have at rest, before and after.

Clients log, make runs, log batches and search all the while, each in its own process. An hour is what was promised;
a minute shows what a minute shows.
"""

from __future__ import annotations

import shutil
import time

from benchmarks.comparison import Comparison, Target
from benchmarks.measuring import Sample, say
from benchmarks.sides import Side
from benchmarks.tracking.load import MIXED, rate
from benchmarks.tracking.protocol import new_run
from benchmarks.tracking.servers import Server, running

AT_MOST_PERCENT = 5.0
CLIENTS = 4
WARM_UP_PART = 6
"""A part of the time comes first, after which everything is loaded that work needs."""

REST_SECONDS = 10.0


def measure(ours: Side, peer: Side, seconds: int) -> list[Comparison]:
    """Hold the memory after the load against the memory before."""
    folder = ours.work / "tracking" / "soak"
    shutil.rmtree(folder, ignore_errors=True)
    server = Server(ours, f"sqlite:///{folder / 'store.db'}", folder)
    with running([server]) as connections:
        time.sleep(REST_SECONDS)
        before, _ = server.memory()
        say(f"  at rest: {before:.0f} MB; {seconds} s of load")
        run_ids = [new_run(connections["mlplat"]) for _ in range(CLIENTS)]
        rate(server.port, run_ids, seconds / WARM_UP_PART, MIXED)
        time.sleep(REST_SECONDS)
        warm, _ = server.memory()
        a_second, _ = rate(server.port, run_ids, seconds, MIXED)
        time.sleep(REST_SECONDS)
        after, _ = server.memory()
        say(f"  {a_second:.0f} requests a second; {warm:.0f} MB after the first of them, {after:.0f} MB after all")
    target = Target(f"at most {AT_MOST_PERCENT:g} % more", after <= before * (1 + AT_MOST_PERCENT / 100))
    what = f"memory after {seconds} s of load, PSS of all processes"
    return [
        Comparison(what, "MB", Sample((after,)), "at rest before", Sample((before,)), (target,)),
        Comparison(what, "MB", Sample((after,)), "after the first requests", Sample((warm,))),
    ]

"""Journals into SQLite: points a second that one process applies, once and all of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks.comparison import Comparison, at_least
from benchmarks.measuring import BenchmarkError, Sample, run, say
from benchmarks.sides import Side

ROUNDS = 3

POINTS = 500_000
KEYS = 5
AT_LEAST = 200_000

WRITING = f"""\
import mlplat
with mlplat.start_run():
    for step in range({POINTS // KEYS}):
        for key in {tuple(f"metric_{number}" for number in range(KEYS))}:
            mlplat.log_metric(key, step / 7, step=step)
"""

APPLYING = """\
import json, time
from mlplat_cli.settings.address import find_store
from mlplat_cli.store.opening import open_store
from mlplat_cli.tracking.ingest import ingest_pending
address = find_store()
store = open_store(address.database)
begin = time.perf_counter()
applied = ingest_pending(store, address.home).records
seconds = time.perf_counter() - begin
page = store.search_runs(["0"])
stored = sum(summary.count for _, summary in store.metric_summaries(page.items[0].info.run_id))
print(json.dumps({"seconds": seconds, "applied": applied, "stored": stored}))
"""


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Write journals as a script does, then time applying them."""
    sample = Sample(tuple(_ingest(ours, turn) for turn in range(rounds)))
    target = at_least(sample, AT_LEAST, "points/s")
    return [Comparison(f"ingest of a journal of {POINTS:,} points", "points/s", sample, targets=(target,))]


def _ingest(ours: Side, turn: int) -> float:
    folder: Path = ours.work / "tracking" / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run([ours.python, "-c", WRITING], cwd=folder, env=ours.env())
    done = json.loads(run([ours.python, "-c", APPLYING], cwd=folder, env=ours.env()).output)
    if done["stored"] != POINTS or done["applied"] < POINTS:
        raise BenchmarkError(f"{done['applied']} records applied and {done['stored']} points stored, of {POINTS}")
    a_second: float = POINTS / done["seconds"]
    say(f"  round {turn + 1}: {a_second:,.0f} points a second")
    return a_second

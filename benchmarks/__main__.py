"""`python -m benchmarks [NAME...]`: measures mlplat beside mlflow. In: names of benchmarks. Out: a table, and JSON.

Needs Python 3.11 or later with nothing installed, git, and a package index. The exit code is 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import environment, install_size, log_metric, noop_run, start_up
from benchmarks.comparison import Comparison, as_json, table
from benchmarks.measuring import BenchmarkError, say
from benchmarks.models import log_model
from benchmarks.serving import requests as serving_requests
from benchmarks.serving import tables as serving_tables
from benchmarks.sides import Side, prepare
from benchmarks.tracking import at_rest, ingest, large, points, postgresql, requests, searching, soak
from benchmarks.tracking.peers import fasttrackml

BENCHMARKS = {
    "start_up": start_up,
    "noop_run": noop_run,
    "environment": environment,
    "install_size": install_size,
    "log_metric": log_metric,
    "tracking_requests": requests,
    "tracking_postgresql": postgresql,
    "tracking_search": searching,
    "tracking_large": large,
    "tracking_points": points,
    "tracking_ingest": ingest,
    "tracking_at_rest": at_rest,
    "tracking_soak": soak,
    "models_log_model": log_model,
    "serving_requests": serving_requests,
    "serving_tables": serving_tables,
}
TRACKING = "tracking"
FAMILIES = (TRACKING, "models", "serving")
"""Names that stand for every benchmark whose name begins so."""


def main() -> int:
    """Run what was asked for and print the results."""
    options = _options()
    try:
        ours, peer = prepare(options.work.absolute())
        beside = [peer, fasttrackml(ours)] if _is_asked(TRACKING, options.names) else [peer]
    except BenchmarkError as error:
        say(f"benchmarks: {error}")
        return 2
    title = _title(ours, beside, os.getloadavg()[0])
    comparisons, failed = _measured(ours, peer, options)
    print(f"{title}\n\n{table(comparisons)}")
    if options.json:
        content = {"title": title, "comparisons": [as_json(comparison) for comparison in comparisons]}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    if failed:
        say(f"benchmarks: {', '.join(failed)} could not be measured")
        return 2
    return 0 if all(target.met for comparison in comparisons for target in comparison.targets) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure mlplat beside mlflow.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"what to measure: {', '.join(BENCHMARKS)}; all by default; {' or '.join(FAMILIES)}: those that begin so",
    )
    work = Path(tempfile.gettempdir()) / "mlplat-benchmarks"
    parser.add_argument("--work", type=Path, default=work, help="folder of environments and caches, kept (%(default)s)")
    parser.add_argument("--rounds", type=int, help="how often each is measured; by default as often as it needs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measured value there")
    parser.add_argument(
        "--seconds", type=int, default=60, help="how long tracking_soak lasts; 3600 is what was promised (%(default)s)"
    )
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS) - set(FAMILIES)
    if unknown:
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return options


def _measured(ours: Side, peer: Side, options: argparse.Namespace) -> tuple[list[Comparison], list[str]]:
    """Return what was measured, and the names of those that could not be: what came before them is not lost."""
    comparisons: list[Comparison] = []
    failed = []
    for name, benchmark in BENCHMARKS.items():
        if not options.names or name in options.names or name.split("_")[0] in set(FAMILIES) & set(options.names):
            say(f"{name}")
            much = options.seconds if benchmark is soak else options.rounds or benchmark.ROUNDS
            try:
                comparisons += benchmark.measure(ours, peer, much)
            except (BenchmarkError, OSError) as error:
                say(f"benchmarks: {error}")
                failed.append(name)
    return comparisons, failed


def _is_asked(beginning: str, names: Sequence[str]) -> bool:
    return not names or any(name.startswith(beginning) for name in names)


def _title(ours: Side, peers: Sequence[Side], load: float) -> str:
    shown = " and ".join(f"{peer.name} {peer.version}" for peer in peers)
    return (
        f"mlplat {ours.version} beside {shown}, Python {platform.python_version()}, {platform.system()}, "
        f"{os.cpu_count()} cores, load {load:.1f} before; median (least to greatest)."
    )


if __name__ == "__main__":
    sys.exit(main())

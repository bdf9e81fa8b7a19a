"""`python -m benchmarks [NAME...] [--work DIR] [--json FILE]`: run the benchmarks and print the table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks import environment, install_size, log_metric, noop_run, start_up
from benchmarks.measure import Row, run
from benchmarks.places import Places, prepare

ALL = {
    "install_size": install_size.measure,
    "start_up": start_up.measure,
    "noop_run": noop_run.measure,
    "log_metric": log_metric.measure,
    "environment": environment.measure,
}


def main() -> int:
    """Measure what is named, or everything; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(ALL)}; all when none is named")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "mlplat-benchmarks")
    parser.add_argument("--json", type=Path, help="write the rows to this file, too")
    words = parser.parse_args()
    if unknown := set(words.names) - set(ALL):
        parser.error(f"unknown benchmark {', '.join(sorted(unknown))}; choose from {', '.join(ALL)}")
    places = prepare(words.work.absolute())
    _head(places)
    rows = [row for name in words.names or ALL for row in _shown(ALL[name](places))]
    if words.json:
        words.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return int(any(row.met is False for row in rows))


def _head(places: Places) -> None:
    peer = run([places.their("python"), "-c", "import importlib.metadata as m; print(m.version('mlflow'))"]).strip()
    load = os.getloadavg()[0]
    print(f"mlflow {peer}, Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}\n")
    print(f"{'measured':<62}{'ours':>10}{'mlflow':>11}{'ratio':>8}   target")


def _shown(rows: object) -> list[Row]:
    kept = []
    for row in rows:  # type: ignore[attr-defined]
        peer = "" if row.peer is None else f"{row.peer:.4g} {row.unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.0f}x" if row.ratio >= 10 else f"{row.ratio:.1f}x"  # noqa: PLR2004
        verdict = {True: "met", False: "MISSED", None: ""}[row.met]
        print(
            f"{row.name:<62}{f'{row.ours:.3g} {row.unit}':>10}{peer:>11}{ratio:>8}   {row.target}: {verdict}",
            flush=True,
        )
        kept.append(row)
    return kept


if __name__ == "__main__":
    raise SystemExit(main())

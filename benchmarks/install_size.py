"""What `pip install` brings: bytes of all files and number of distributions, without pip itself.

A file counts for the distribution whose RECORD lists it, wherever it lies: `uv` is a program in `bin`, not in
site-packages.
"""

from __future__ import annotations

import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path

from benchmarks.comparison import Comparison, Target, at_most
from benchmarks.measuring import Sample, say
from benchmarks.sides import Side

ROUNDS = 1

AT_MOST_MB = 150
AT_MOST_DISTRIBUTIONS = 45

OF_EVERY_ENVIRONMENT = {"pip", "setuptools", "wheel"}
"""What `python -m venv` puts there before anything is installed."""


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare what is installed; sizes do not vary, so that one look is enough."""
    sizes = {side.name: _sizes(side) for side in (ours, peer)}
    megabytes = {name: Sample((sum(found.values()) / 1e6,)) for name, found in sizes.items()}
    counts = {name: Sample((len(found),)) for name, found in sizes.items()}
    return [
        _compared("installed files", "MB", megabytes, at_most(megabytes[ours.name], AT_MOST_MB, "MB")),
        _compared("distributions", "", counts, at_most(counts[ours.name], AT_MOST_DISTRIBUTIONS, "")),
    ]


def _compared(what: str, unit: str, samples: dict[str, Sample], target: Target) -> Comparison:
    return Comparison(
        f"`pip install`: {what}", unit, samples["mlplat"], "`pip install mlflow`", samples["mlflow"], (target,)
    )


def _sizes(side: Side) -> dict[str, int]:
    """Return the bytes of each distribution, and tell the largest."""
    place = sysconfig.get_path("purelib", "venv", vars={"base": str(side.folder), "platbase": str(side.folder)})
    sizes = {found.name: _size(found) for found in distributions(path=[place])}
    apart = {name: sizes.pop(name) for name in OF_EVERY_ENVIRONMENT & sizes.keys()}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:8]
    say(f"  {side.name}: {len(sizes)} distributions; " + ", ".join(f"{n} {sizes[n] / 1e6:.1f} MB" for n in largest))
    say(f"  not counted: {', '.join(f'{name} {size / 1e6:.1f} MB' for name, size in sorted(apart.items()))}")
    return sizes


def _size(found: Distribution) -> int:
    paths = [Path(str(file.locate())) for file in found.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())

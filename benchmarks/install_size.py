"""What `pip install` of the whole tool puts on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.places import Places

AT_MOST_MB = 150
AT_MOST_DISTRIBUTIONS = 45
OF_EVERY_VENV = {"pip", "setuptools", "wheel"}


def measure(places: Places) -> Iterator[Row]:
    """Count bytes and distributions of both environments, without what every new one has."""
    mine, my_count = _size(places.ours)
    theirs, their_count = _size(places.peer)
    yield Row("installed size", "MB", mine, theirs, f"at most {AT_MOST_MB} MB", mine <= AT_MOST_MB)
    yield Row("installed distributions", "", my_count, their_count, f"at most {AT_MOST_DISTRIBUTIONS}",
              my_count <= AT_MOST_DISTRIBUTIONS)  # fmt: skip


def _size(environment: Path) -> tuple[float, int]:
    packages = next((environment / "lib").glob("python*/site-packages"))
    ignored = {name for name in OF_EVERY_VENV for _ in packages.glob(f"{name}-*.dist-info")}
    files = [
        path
        for folder in (packages, environment / "bin")
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.relative_to(folder).parts[0] not in ignored
    ]
    names = {path.name.partition("-")[0] for path in packages.glob("*.dist-info")} - OF_EVERY_VENV
    return sum(path.stat().st_size for path in files) / 1e6, len(names)

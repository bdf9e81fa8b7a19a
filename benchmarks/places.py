"""Where things are measured. In: a folder to work in. Out: two virtual environments, ours and the peer's."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import run

CHECKOUT = Path(__file__).resolve().parent.parent
PEER = ("mlflow", "virtualenv")
"""What a user of `mlflow run` installs: its virtualenv manager needs virtualenv beside it."""


@dataclass(frozen=True)
class Places:
    """Ours and the peer's environments, and a folder for everything else."""

    work: Path
    ours: Path
    peer: Path

    def our(self, program: str) -> Path:
        """Return a program of our environment."""
        return self.ours / "bin" / program

    def their(self, program: str) -> Path:
        """Return a program of the peer's environment."""
        return self.peer / "bin" / program

    def fresh(self, name: str) -> Path:
        """Return a new empty folder."""
        number = 0
        while (folder := self.work / f"{name}-{number}").exists():
            number += 1
        folder.mkdir(parents=True)
        return folder


def prepare(work: Path) -> Places:
    """Install this checkout and the newest peer; environments of an earlier run are brought up to date."""
    places = Places(work, work / "ours", work / "peer")
    for folder, packages in ((places.ours, (str(CHECKOUT),)), (places.peer, PEER)):
        if not (folder / "bin" / "python").exists():
            run([sys.executable, "-m", "venv", folder])
        run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages])
    return places

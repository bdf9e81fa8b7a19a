"""FastTrackML, and drivers of PostgreSQL. In: mlplat's side, whose uv installs them. Out: folders that are kept."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import run, say
from benchmarks.sides import Side, surroundings

DRIVERS = ("psycopg[binary]", "psycopg2-binary")
"""What mlplat and mlflow speak to PostgreSQL with; FastTrackML brings its own."""

SHOWN = {"mlflow": "`mlflow server`", "fasttrackml": "FastTrackML"}
"""How tables name the peers."""


def fasttrackml(ours: Side) -> Side:
    """Return FastTrackML, installed; its program needs none of what its package names."""
    folder, env = ours.work / "venvs" / "fasttrackml", surroundings(ours.work)
    uv = str(ours.folder / "bin" / "uv")
    if not (folder / "bin" / "fml").exists():
        say("installing fasttrackml")
        run([uv, "venv", "--quiet", "--clear", "--python", ours.python, folder], cwd=ours.work, env=env)
        install = [uv, "pip", "install", "--quiet", "--no-deps", "--python", str(folder / "bin" / "python")]
        run([*install, "fasttrackml"], cwd=ours.work, env=env)
    said = run([folder / "bin" / "fml", "--version"], cwd=ours.work, env=env).output
    return Side("fasttrackml", said.split()[-1], folder, ours.work, program="fml")


def drivers(ours: Side) -> Path:
    """Return a folder for PYTHONPATH with the drivers, so that what is installed stays what is compared elsewhere."""
    folder = ours.work / "venvs" / "drivers"
    if not folder.is_dir():
        say("installing drivers of PostgreSQL")
        install = [
            str(ours.folder / "bin" / "uv"),
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--python",
            str(ours.python),
        ]
        names = [*DRIVERS, "psycopg-binary", "typing-extensions"]
        run([*install, "--target", str(folder), *names], cwd=ours.work, env=surroundings(ours.work))
    return folder

"""The two with scikit-learn beside them. In: mlplat's side and mlflow's. Out: sides whose scripts import both.

mlflow brings scikit-learn, pandas and skops along; mlplat is installed from the checkout beside the same versions.
"""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks.measuring import run, say
from benchmarks.sides import CHECKOUT, STAMP, Side, surroundings

PACKAGES = ("scikit-learn", "pandas", "numpy", "scipy", "skops")


def with_scikit_learn(ours: Side, peer: Side) -> Side:
    """Return mlplat in an environment that has the packages of mlflow's, at mlflow's versions; it is kept."""
    question = "import sys; from importlib.metadata import version as of; "
    question += "print(*(f'{name}=={of(name)}' for name in sys.argv[1:]))"
    pinned = run([peer.python, "-c", question, *PACKAGES], cwd=peer.work, env=surroundings(peer.work)).output.split()
    folder = ours.work / "venvs" / "mlplat-scikit-learn"
    digest = json.loads((ours.folder / STAMP).read_text())["digest"] + " ".join(pinned)
    stamp = folder / STAMP
    if not stamp.is_file() or stamp.read_text() != digest:
        say("installing mlplat beside scikit-learn")
        uv, env = ours.folder / "bin" / "uv", surroundings(ours.work)
        run([uv, "venv", "--quiet", "--clear", "--python", ours.python, folder], cwd=ours.work, env=env)
        python = folder / "bin" / "python"
        words = ["pip", "install", "--quiet", "--compile-bytecode", "--python", python, CHECKOUT, *pinned]
        run([uv, *words], cwd=ours.work, env=env)
        stamp.write_text(digest)
    return replace(ours, folder=folder)

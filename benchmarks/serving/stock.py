"""mlplat's and mlflow's servers of a model, over the same environment. In: sides, a model. Out: their servers."""

from __future__ import annotations

from pathlib import Path

from benchmarks.serving.models import Models
from benchmarks.serving.server import Server
from benchmarks.sides import Side

MLFLOW = "`mlflow models serve`"


def ours_of(ours: Side, peer: Side, models: Models, model: str, folder: Path) -> Server:
    """Return mlplat's server; its worker runs in mlflow's environment, which has the same scikit-learn."""
    words = ["models", "serve", "-m", models.described(model), "--env-manager", "local", "--trust", "--port", "{port}"]
    return Server("mlplat", [ours.command, *words], folder, "/invocations", models.one_row, side=peer)


def theirs_of(peer: Side, models: Models, model: str, folder: Path) -> Server:
    """Return mlflow's server, with one worker as its default is."""
    words = ["models", "serve", "-m", models.described(model), "--env-manager", "local", "--port", "{port}"]
    return Server("mlflow", [peer.command, *words], folder, "/invocations", models.one_row, side=peer)

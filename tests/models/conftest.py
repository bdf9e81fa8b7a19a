"""A local store for every test, and a flavor that needs no framework: its models are dicts, its files pickles."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlplat import active_model, experiments, location, reader, runs
from mlplat.models import flavor as flavors
from mlplat.models.confined import inside
from mlplat.models.flavor import Written
from mlplat.models.info import ModelInfo
from mlplat.models.loading import load_native
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save
from mlplat.models.trust import Trust

VARIABLES = ("RUN_ID", "EXPERIMENT_ID", "EXPERIMENT_NAME", "RUN_NAME", "TRACKING_URI", "TRACKING_TOKEN", "JOURNAL_DIR")


class BagFlavor:
    """Writes a dict as a pickle, or as JSON."""

    name = "bag"
    loader_module = "tests.bag"
    packages = ()

    def write(self, model: Any, folder: str, options: dict[str, Any]) -> Written:
        name = "bag.json" if options.get("plain") else "bag.pkl"
        content = json.dumps(model).encode() if options.get("plain") else pickle.dumps(model)
        Path(folder, name).write_bytes(content)
        return Written({"data": name}, {"data": name})

    def read(self, folder: str, fields: dict[str, Any], trust: Trust) -> Any:
        path = inside(folder, fields["data"])
        if path.endswith(".json"):
            return json.loads(Path(path).read_text())
        trust.require(path, "it is a pickle")
        return pickle.loads(Path(path).read_bytes())  # noqa: S301 - it is trusted

    def predictor(self, model: Any, fields: dict[str, Any], signature: Any) -> Any:
        return SimpleNamespace(takes_arrays=False, predict=lambda data, params=None: [model[each] for each in data])


BAG = BagFlavor()


class Bags:
    """The flavor's save_model, log_model and load_model."""

    def save(self, model: Any, path: Any, plain: bool = False, **given: Any) -> Any:
        return save(BAG, model, path, {"plain": plain}, given_of(given))

    def log(self, model: Any, name: str | None = None, plain: bool = False, **given: Any) -> ModelInfo:
        return log(BAG, model, name, {"plain": plain}, given_of(given))

    def load(self, uri: Any, dst_path: str | None = None, trust: bool = False) -> Any:
        return load_native(uri, "bag", dst_path, trust)


@pytest.fixture
def bags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bags]:
    """Models in a store of the test's own, which is read by the tool as a script beside it reads it."""
    for name in VARIABLES:
        monkeypatch.delenv(f"MLPLAT_{name}", raising=False)
        monkeypatch.delenv(f"MLFLOW_{name}", raising=False)
    for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.delenv("MLPLAT_CACHE_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    for module, name, value in (
        (location, "_default", []),
        (location, "_configured", []),
        (experiments, "_chosen", []),
        (reader, "_opened", {}),
        (active_model, "stack", active_model.stack),
    ):
        monkeypatch.setattr(module, name, value)
    entry = SimpleNamespace(name="bag", load=lambda: BAG)
    monkeypatch.setattr(flavors, "_entry_points", lambda: (entry,))
    yield Bags()
    while runs.active_run() is not None:
        runs.end_run()
    del active_model.stack[1:]
    for each in reader._opened.values():
        each._caller._session.close()

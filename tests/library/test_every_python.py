"""The whole public interface under every interpreter that the machine has, with nothing but the package on the path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlplat_cli.entities import EndRecord, MetricRecord, ParamRecord, RunRecord

from .conftest import LIBRARY, Store

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")

SCRIPT = """
import sys
before = set(sys.modules)
import mlplat as mlflow
heavy = {"json", "urllib.request", "logging", "threading", "subprocess", "pathlib", "uuid", "shutil"}
assert not heavy & (set(sys.modules) - before), heavy & (set(sys.modules) - before)

mlflow.set_experiment("e")
with mlflow.start_run(run_name="r", tags={"a": 1}, description="d") as run:
    assert mlflow.active_run().info.run_id == run.info.run_id
    mlflow.log_param("alpha", 0.5)
    mlflow.log_params({"b": 1, "c": None})
    for step in range(100):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"x": float("nan"), "y": True})
    mlflow.set_tag("t", "v")
    mlflow.set_tags({"u": 1})
    mlflow.delete_tag("u")
    mlflow.log_text("text", "a/b.txt")
    mlflow.log_dict({"k": [1]}, "d.json")
    mlflow.log_table({"q": [1, 2]}, "t.json")
    mlflow.log_artifact(__file__)
    with mlflow.start_run(nested=True):
        mlflow.log_metric("inner", 1)
    assert run.data.metrics["loss"] == 0.01
    try:
        mlflow.log_param("alpha", 1)
    except mlflow.exceptions.MlflowException:
        pass
    try:
        mlflow.get_run(run.info.run_id)
    except mlflow.MlplatException as error:
        assert "cannot read the store" in str(error), error
    else:
        raise AssertionError("nothing can read here")
for name in mlflow.__all__:
    getattr(mlflow, name)
import mlplat.rest_caller
mlplat.rest_caller.RestCaller("http://127.0.0.1:9", "x")
"""


def interpreter(version: str) -> str:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for found in sorted(root.glob(f"versions/{version}.*/bin/python")):
        return str(found)
    if version == "{}.{}".format(*sys.version_info[:2]):
        return sys.executable
    found_on_path = shutil.which(f"python{version}")
    if found_on_path and subprocess.run([found_on_path, "-V"], capture_output=True, check=False).returncode == 0:
        return found_on_path
    pytest.skip(f"there is no Python {version} on this machine")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_library_works_under(version: str, store: Store, tmp_path: Path) -> None:
    alone = tmp_path / "path"
    shutil.copytree(LIBRARY, alone / "mlplat", ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    result = subprocess.run(
        [interpreter(version), "-W", "error", str(script)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(alone), "HOME": str(tmp_path), "USER": "someone"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    outer, inner = sorted(store.of(RunRecord), key=lambda record: "mlflow.parentRunId" in record.tags)
    assert (outer.experiment_name, outer.run_name, outer.user_id) == ("e", "r", "someone")
    assert inner.experiment_name == "e"
    assert len(store.of(MetricRecord)) == 103
    assert [record.value for record in store.of(ParamRecord)] == ["0.5", "1", "None"]
    assert [record.status for record in store.of(EndRecord)] == ["FINISHED"] * 2
    assert set(store.staged()) == {"a/b.txt", "d.json", "t.json", "script.py"}


def test_the_library_keeps_to_its_oldest_python() -> None:
    vermin = str(Path(sys.executable).with_name("vermin"))
    command = [vermin, "-t=3.8-", "--no-tips", "--violations", str(LIBRARY)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout

"""Scripts that run where not all is as usual, and type checkers that read them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlplat_cli.entities import EndRecord, MetricRecord

from .conftest import LIBRARY, Store

Script = Callable[..., subprocess.CompletedProcess[str]]

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(LIBRARY.parent)}


def test_what_others_print_never_lands_in_the_journal(store: Store, tmp_path: Path) -> None:
    """As under a service manager that closes the standard streams: the next file to be opened is number 0, 1 or 2."""
    script = tmp_path / "script.py"
    script.write_text("""
import os, mlplat
with mlplat.start_run():
    for stream in (0, 1, 2):
        try:
            os.write(stream, b"printed by C code")
        except OSError:
            pass
    mlplat.log_metric("m", 1)
    mlplat.log_text("x", "x.txt")
""")
    command = f'"{sys.executable}" "{script}" <&- >&- 2>&-'
    result = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=ENVIRONMENT, timeout=60, check=False)
    assert result.returncode == 0
    assert [record.value for record in store.of(MetricRecord)] == [1]
    assert [record.status for record in store.of(EndRecord)] == ["FINISHED"]


def test_a_script_may_remove_its_own_folder(store: Store, script: Script, tmp_path: Path) -> None:
    (tmp_path / ".mlplat").mkdir()
    result = script("""
import os, mlplat
mlplat.get_tracking_uri()
os.mkdir("gone"); os.chdir("gone"); os.rmdir(os.getcwd())
mlplat.log_metric("m", 1)
""")
    assert result.returncode == 0, result.stderr
    assert len(store.of(MetricRecord)) == 1


def test_code_without_a_file_logs_too(store: Store, tmp_path: Path) -> None:
    code = "import mlplat\nmlplat.log_metric('m', 1)\n"
    cell = f"exec(compile({code!r}, '<cell>', 'exec'), {{'__name__': '__main__'}})"
    for arguments, typed in ((["-O", "-W", "error", "-c", cell], ""), (["-W", "error", "-"], code)):
        subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=ENVIRONMENT, input=typed, text=True, timeout=60, check=True
        )
    assert len(store.of(MetricRecord)) == 2


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_of_a_pool_each_have_their_runs(store: Store, script: Script, method: str) -> None:
    result = script(f"""
import multiprocessing, mlplat

def work(number):
    with mlplat.start_run(nested=True):
        mlplat.log_metric("m", number)

if __name__ == "__main__":
    with mlplat.start_run():
        with multiprocessing.get_context({method!r}).Pool(3) as pool:
            pool.map(work, range(6))
            pool.close()
            pool.join()
        mlplat.log_metric("outer", 1)
""")
    assert result.returncode == 0, result.stderr
    assert sorted(each.value for each in store.of(MetricRecord) if each.key == "m") == [0, 1, 2, 3, 4, 5]
    assert [record.status for record in store.of(EndRecord)] == ["FINISHED"] * 7


def test_a_type_checker_sees_the_whole_interface(tmp_path: Path) -> None:
    script = tmp_path / "typed.py"
    script.write_text("""
from __future__ import annotations
import mlplat as mlflow
from mlplat.entities import Experiment, Run

def train() -> str:
    experiment: Experiment = mlflow.set_experiment("x")
    with mlflow.start_run(run_name="a", tags={"a": 1}) as run:
        mlflow.log_params({"a": 1, "b": None})
        mlflow.log_metric("m", 0.5, step=1)
    read: Run = mlflow.get_run(run.info.run_id)
    values: dict[str, float] = read.data.metrics
    return run.info.run_id + experiment.name + str(values)

mlflow.log_metric(5, "x")
mlflow.log_metrik("m", 1)
""")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file", os.devnull, str(script)]
    result = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    errors = [line.partition("error: ")[2] for line in result.stdout.splitlines() if "error: " in line]
    assert len(errors) == 3, result.stdout
    assert all("log_metri" in error for error in errors)

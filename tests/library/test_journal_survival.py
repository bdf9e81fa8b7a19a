"""What has been logged survives: kill -9, forks, threads, a full disk."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import mlplat
from mlplat_cli.entities import EndRecord, MetricRecord, ParamRecord, RunRecord

from .conftest import Store

Script = Callable[..., "subprocess.CompletedProcess[str]"]

ENDLESS = """
import os, mlplat
mlplat.start_run()
step = 0
while True:
    mlplat.log_metric("m", step * 0.5, step=step)
    step += 1
    os.write(1, b"%d\\n" % step)
"""


def alive(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_everything_that_was_acknowledged_survives_sigkill(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], cwd=store.home.parent, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        seen = b""
        while seen.count(b"\n") < 5000:
            seen += os.read(process.stdout.fileno(), 65536)
        assert alive(store.files()[0])
        process.send_signal(signal.SIGKILL)
        seen += process.stdout.read()
    acknowledged = int(seen[: seen.rindex(b"\n")].split(b"\n")[-1])
    steps = [record.step for record in store.of(MetricRecord)]
    assert steps[:acknowledged] == list(range(acknowledged))
    assert len(steps) <= acknowledged + 1
    assert not alive(store.files()[0])


def test_a_journal_is_locked_while_its_run_is_open(store: Store) -> None:
    with mlplat.start_run():
        assert alive(store.files()[0])
    assert not alive(store.files()[0])
    assert not list(store.journals.glob("*/*.part"))


def test_a_forked_child_writes_a_journal_of_its_own(store: Store, script: Script) -> None:
    result = script("""
import os, time, mlplat
mlplat.start_run()
mlplat.log_param("p", 1)
mlplat.log_metric("m", 1)
child = os.fork()
if not child:
    mlplat.log_metric("m", 2)
    mlplat.log_text("x", "x.txt")
    with mlplat.start_run(nested=True):
        mlplat.log_metric("m", 3)
    try:
        mlplat.log_param("p", 2)
    except mlplat.MlplatException:
        mlplat.end_run()
    raise SystemExit
os.waitpid(child, 0)
mlplat.log_metric("m", 4)
""")
    assert result.returncode == 0, result.stderr
    owned, nested = [record for record in store.of(RunRecord) if not record.joins]
    if "mlflow.parentRunId" in owned.tags:
        owned, nested = nested, owned
    run_id = nested.tags["mlflow.parentRunId"]
    journals = store.files(run_id)
    assert len(journals) == 2
    assert [record.joins for record in store.of(RunRecord, run_id)].count(True) == 1
    assert sorted(record.value for record in store.of(MetricRecord, run_id)) == [1, 2, 4]
    assert [record.value for record in store.of(ParamRecord, run_id)] == ["1"]
    assert len(store.of(EndRecord, run_id)) == 1
    assert store.staged(run_id) == {"x.txt": b"x"}


def test_a_forked_child_does_not_keep_the_parents_run_alive(store: Store, script: Script) -> None:
    result = script("""
import os, time, mlplat
mlplat.start_run()
child = os.fork()
if not child:
    os.close(1); os.close(2)
    time.sleep(60)
print(child, flush=True)
os.kill(os.getpid(), 9)
""")
    child = int(result.stdout)
    try:
        assert not alive(store.files()[0])
    finally:
        os.kill(child, signal.SIGKILL)


def test_multiprocessing_workers_log_to_the_same_run(store: Store, script: Script) -> None:
    result = script("""
import multiprocessing, mlplat
def work(n):
    mlplat.log_metric("m", n)
if __name__ == "__main__":
    with mlplat.start_run():
        with multiprocessing.get_context("fork").Pool(3) as pool:
            pool.map(work, range(20), chunksize=1)
""")
    assert result.returncode == 0, result.stderr
    assert sorted(record.value for record in store.of(MetricRecord)) == list(range(20))
    assert len({path.parent for path in store.files()}) == 1


def test_a_full_disk_is_an_error_and_what_fits_later_is_logged(store: Store, script: Script) -> None:
    result = script("""
import resource, glob, os, mlplat
mlplat.start_run()
mlplat.log_metric("m", 1)
[path] = glob.glob(".mlplat/journals/*/*.jsonl")
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path) + 10, hard))
try:
    mlplat.log_metric("m", 2)
except mlplat.MlplatException as error:
    print(error)
try:
    mlplat.log_text("x" * 100_000, "big.txt")
except mlplat.MlplatException as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
mlplat.log_metric("m", 3)
mlplat.log_param("p", 1)
""")
    assert result.returncode == 0, result.stderr
    assert "not logged" in result.stdout
    assert "big.txt" in result.stdout
    assert sorted(record.value for record in store.of(MetricRecord)) == [1, 3]
    assert store.staged() == {}
    assert [record.status for record in store.of(EndRecord)] == ["FINISHED"]
    assert not list(store.journals.glob("*/*/*.part"))


def test_a_parameter_that_could_not_be_written_is_not_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with mlplat.start_run() as run:

        def full(_: bytes) -> int:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(run.writer._journal, "write", full)
            with pytest.raises(mlplat.MlplatException, match="No space left"):
                mlplat.log_param("p", 1)
        mlplat.log_param("p", 2)
    assert [record.value for record in store.of(ParamRecord)] == ["2"]


def test_a_thread_that_logs_after_the_end_still_logs(store: Store) -> None:
    with mlplat.start_run() as run:
        writer = run.writer
    writer.append(b"")
    assert [record.joins for record in store.of(RunRecord, run.info.run_id)].count(True) == 1
    writer.end("FINISHED")


def test_a_folder_that_cannot_be_written_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = store.home.parent / "file"
    blocker.write_text("")
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(blocker))
    with pytest.raises(mlplat.MlplatException, match="cannot make the journal"):
        mlplat.start_run()
    assert mlplat.active_run() is None


def test_reading_may_go_on_while_a_process_writes(store: Store) -> None:
    from mlplat.journal import read_lines

    with subprocess.Popen([sys.executable, "-c", ENDLESS], cwd=store.home.parent, stdout=subprocess.DEVNULL) as process:
        try:
            while not store.files():
                time.sleep(0.01)
            offset = count = 0
            while count < 20_000:
                for _, end in read_lines(store.files()[0], offset):
                    count, offset = count + 1, end
        finally:
            process.kill()

"""Two processes and one run: by accident it is refused, on purpose it is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

import mlplat

from .conftest import Store

Script = Callable[..., "subprocess.CompletedProcess[str]"]

SECOND = """
import sys, mlplat
with mlplat.start_run(run_id=sys.argv[1], **eval(sys.argv[2])):
    mlplat.log_metric("m", 2)
"""


def second(store: Store, run_id: str, words: str = "{}", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SECOND, run_id, words],
        cwd=store.home.parent,
        capture_output=True,
        text=True,
        check=False,
        env=env or None,
    )


def test_a_second_writer_is_refused(store: Store) -> None:
    with mlplat.start_run() as run:
        mlplat.log_metric("m", 1)
        refused = second(store, run.info.run_id)
        assert refused.returncode == 1
        assert f"the run {run.info.run_id} is being written by the process " in refused.stderr
        assert "join=True" in refused.stderr
    assert len(store.files()) == 1


@pytest.mark.parametrize(("words", "env"), [("{'join': True}", {}), ("{}", {"MLPLAT_JOIN_RUN": "true"})])
def test_a_worker_that_says_so_joins(store: Store, words: str, env: dict[str, str]) -> None:
    with mlplat.start_run() as run:
        joined = second(store, run.info.run_id, words, **env)
        assert joined.returncode == 0, joined.stderr
        mlplat.log_metric("m", 3)
    assert len(store.files(run.info.run_id)) == 2


def test_a_joiner_refuses_nobody(store: Store, script: Script) -> None:
    with mlplat.start_run() as run:
        pass
    mlplat.log_metric("m", 1, run_id=run.info.run_id)  # this process only adds to the run
    assert second(store, run.info.run_id).returncode == 0


def test_a_run_whose_writer_is_gone_is_taken_up(store: Store, script: Script) -> None:
    killed = script("import os, mlplat; print(mlplat.start_run().info.run_id, flush=True); os.kill(os.getpid(), 9)")
    run_id = killed.stdout.strip()
    assert second(store, run_id).returncode == 0
    with mlplat.start_run(run_id=run_id), mlplat.start_run(run_id=run_id, nested=True):
        mlplat.log_metric("m", 4)

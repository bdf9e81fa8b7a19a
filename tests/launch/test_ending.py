from __future__ import annotations

import signal

import pytest

from mlplat_cli.entities import RunStatus
from mlplat_cli.launch.ending import final_status
from mlplat_cli.launch.supervise import Ended


@pytest.mark.parametrize(
    ("said", "ended", "status"),
    [
        (RunStatus.RUNNING, Ended(0), RunStatus.FINISHED),
        (RunStatus.FINISHED, Ended(0), RunStatus.FINISHED),
        (RunStatus.FAILED, Ended(0), RunStatus.FAILED),
        (RunStatus.KILLED, Ended(0), RunStatus.KILLED),
        (RunStatus.LOST, Ended(0), RunStatus.FINISHED),
        (RunStatus.FINISHED, Ended(3), RunStatus.FAILED),
        (RunStatus.RUNNING, Ended(-9), RunStatus.FAILED),
        (RunStatus.FINISHED, Ended(0, signal.SIGINT), RunStatus.KILLED),
        (RunStatus.RUNNING, Ended(-15, signal.SIGTERM), RunStatus.KILLED),
        (RunStatus.RUNNING, None, RunStatus.FAILED),
    ],
)
def test_the_process_decides_and_what_it_said_of_itself_is_kept(
    said: RunStatus, ended: Ended | None, status: RunStatus
) -> None:
    assert final_status(said, ended) is status

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from mlplat_cli.launch.system_metrics import SystemMetrics

BUSY = "import time\nend = time.time() + 60\nwhile time.time() < end: pass"


def test_a_busy_process_is_seen_to_be_busy(tmp_path: Path) -> None:
    samples: list[tuple[Mapping[str, float], int]] = []
    two = threading.Event()

    def log(values: Mapping[str, float], step: int, timestamp: int) -> None:
        samples.append((values, step))
        if len(samples) >= 2:
            two.set()

    with subprocess.Popen([sys.executable, "-c", BUSY]) as child:
        metrics = SystemMetrics(child.pid, tmp_path, 0.3, log)
        metrics.start()
        assert two.wait(60)
        child.kill()
        metrics.stop()
    assert [step for _, step in samples[:2]] == [0, 1]
    last = samples[1][0]
    assert last["system/cpu_utilization_percentage"] > 0
    assert last["system/system_memory_usage_megabytes"] > 1
    assert 0 < last["system/disk_usage_percentage"] < 100
    assert {"system/network_receive_megabytes", "system/disk_write_megabytes"} <= set(last)


def test_a_short_run_is_not_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        metrics = SystemMetrics(child.pid, tmp_path, 10, lambda *_: None)
        metrics.start()
        metrics.stop()

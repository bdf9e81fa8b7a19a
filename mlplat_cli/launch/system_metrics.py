"""What the project costs the machine. In: the root of its process tree. Out: `system/…` metrics, sampled.

Names are MLflow's where it has one. CPU, memory and disk traffic are the process tree's own; the network and the file
system are the machine's, since the kernel counts neither by process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.launch.gpu import gpu_samples

if TYPE_CHECKING:
    import psutil

DEFAULT_INTERVAL = 10.0
FIRST_SAMPLE = 1.0
"""Seconds after the start; a short run has a sample, too."""

MEGABYTE = 1e6

Log = Callable[[Mapping[str, float], int, int], None]
"""Told the metrics, the step (0, 1, 2 …) and the time in ms since the epoch."""


class SystemMetrics:
    """Samples in a thread of its own until stopped.

    Args:
        pid: root of the process tree. folder: whose file system is watched. interval: seconds between samples.
        log: called with every sample, from the thread.
    """

    def __init__(self, pid: int, folder: Path, interval: float, log: Log) -> None:
        self._pid = pid
        self._folder = folder
        self._interval = interval
        self._log = log
        self._step = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="system-metrics", daemon=True)

    def start(self) -> None:
        """Begin sampling."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sampling; returns when the last sample is logged."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        if self._stopping.wait(FIRST_SAMPLE):
            return  # too short a run to say anything of it
        tree = _Tree(self._pid, self._folder)
        delay = 0.1  # the processor's use is a difference between two moments
        while not self._stopping.wait(delay):
            if not (sample := tree.sample()):
                return
            self._log(sample, self._step, time.time_ns() // 1_000_000)
            self._step += 1
            delay = self._interval


class _Tree:
    """Counters of a process tree; processes that end take their share of CPU time into the sum with them."""

    def __init__(self, pid: int, folder: Path) -> None:
        import psutil

        self._psutil = psutil
        self._root = pid
        self._folder = folder
        self._network = psutil.net_io_counters()
        self._cpu: dict[tuple[int, float], float] = {}
        self._io: dict[tuple[int, float], tuple[int, int]] = {}
        self._processes()
        self._moment = time.monotonic()
        self._spent = sum(self._cpu.values())

    def sample(self) -> dict[str, float]:
        """Return the metrics of this moment, or nothing when the tree has ended."""
        memory = self._processes()
        if memory is None:
            return {}
        now, spent = time.monotonic(), sum(self._cpu.values())
        share = 100 * (spent - self._spent) / max(now - self._moment, 1e-9) / (self._psutil.cpu_count() or 1)
        self._moment, self._spent = now, spent
        total = self._psutil.virtual_memory().total
        return {
            "system/cpu_utilization_percentage": min(share, 100.0),
            "system/system_memory_usage_megabytes": memory / MEGABYTE,
            "system/system_memory_usage_percentage": 100 * memory / total,
            **self._disk(),
            **self._network_use(),
            **gpu_samples(),
        }

    def _processes(self) -> int | None:
        """Add up what every process of the tree has used; return its resident memory in bytes."""
        try:
            root = self._psutil.Process(self._root)
            if root.status() == self._psutil.STATUS_ZOMBIE:
                return None
            processes = [root, *root.children(recursive=True)]
        except self._psutil.NoSuchProcess:
            return None
        return sum(self._note(process) for process in processes)

    def _note(self, process: psutil.Process) -> int:
        try:
            with process.oneshot():
                key = (process.pid, process.create_time())
                times = process.cpu_times()
                self._cpu[key] = times.user + times.system
                if hasattr(process, "io_counters"):
                    io = process.io_counters()
                    self._io[key] = (io.read_bytes, io.write_bytes)
                return int(process.memory_info().rss)
        except (self._psutil.NoSuchProcess, self._psutil.AccessDenied):
            return 0

    def _disk(self) -> dict[str, float]:
        usage = self._psutil.disk_usage(str(self._folder))
        return {
            "system/disk_usage_percentage": usage.percent,
            "system/disk_usage_megabytes": usage.used / MEGABYTE,
            "system/disk_available_megabytes": usage.free / MEGABYTE,
            "system/disk_read_megabytes": sum(read for read, _ in self._io.values()) / MEGABYTE,
            "system/disk_write_megabytes": sum(written for _, written in self._io.values()) / MEGABYTE,
        }

    def _network_use(self) -> dict[str, float]:
        now = self._psutil.net_io_counters()
        return {
            "system/network_receive_megabytes": (now.bytes_recv - self._network.bytes_recv) / MEGABYTE,
            "system/network_transmit_megabytes": (now.bytes_sent - self._network.bytes_sent) / MEGABYTE,
        }

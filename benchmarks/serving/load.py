"""wrk, which asks as fast as it is answered. In: a running server, connections. Out: requests a second, latencies."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass

from benchmarks.measuring import BenchmarkError
from benchmarks.serving.server import Server

SECONDS = 3
_SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[{body}]==]
"""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """What wrk counted: requests a second, and milliseconds within which half and 99 % of them were answered."""

    rate: float
    median: float
    slowest: float


def load(server: Server, connections: int) -> Load:
    """Ask for one row over so many connections for some seconds.

    Raises:
        BenchmarkError: there is no wrk, or an answer was not 200.
    """
    if shutil.which("wrk") is None:
        raise BenchmarkError("the program wrk is needed: apt-get install wrk")
    script = server.folder / "request.lua"
    script.write_text(_SCRIPT.format(body=json.dumps(server.body)))
    address = f"http://127.0.0.1:{server.port}{server.path}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(script), address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise BenchmarkError(f"{server.name} refused some requests:\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate
    return Load(float(rate[1]), _milliseconds(said, "50%"), _milliseconds(said, "99%"))


def _milliseconds(said: str, name: str) -> float:
    found = re.search(rf"^\s+{name}\s+([\d.]+)(us|ms|s|m)\s*$", said, re.MULTILINE)
    assert found, said
    return float(found[1]) * _UNITS[found[2]]

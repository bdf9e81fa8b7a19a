"""What the machine's GPUs do. In: nvidia-smi, where there is one. Out: `system/gpu_<index>_…` metrics."""

from __future__ import annotations

import shutil
from functools import cache

from mlplat_cli.errors import MlplatError
from mlplat_cli.process.tool import run_tool

_QUERY = "index,utilization.gpu,memory.used,memory.total,power.draw,power.limit"
_FIELDS = 6
_TIMEOUT = 5.0


@cache
def _program() -> str | None:
    return shutil.which("nvidia-smi")


def gpu_samples() -> dict[str, float]:
    """Return use, memory (MB) and power (W) of every NVIDIA GPU; nothing where there is none or it does not answer."""
    program = _program()
    if program is None:
        return {}
    try:
        answer = run_tool([program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"], timeout=_TIMEOUT)
    except MlplatError:
        return {}
    return parse_query(answer.stdout) if answer.returncode == 0 else {}


def parse_query(text: str) -> dict[str, float]:
    """Read nvidia-smi's comma-separated answer; a field that a GPU does not report (`[N/A]`) is left out."""
    metrics: dict[str, float] = {}
    for line in text.splitlines():
        fields = [_number(field) for field in line.split(",")]
        if len(fields) != _FIELDS or fields[0] is None:
            continue
        index = int(fields[0])
        _, use, memory, memory_total, power, power_limit = fields
        prefix = f"system/gpu_{index}"
        values = {
            "utilization_percentage": use,
            "memory_usage_megabytes": memory,
            "memory_usage_percentage": _share(memory, memory_total),
            "power_usage_watts": power,
            "power_usage_percentage": _share(power, power_limit),
        }
        metrics |= {f"{prefix}_{name}": value for name, value in values.items() if value is not None}
    return metrics


def _number(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None


def _share(part: float | None, whole: float | None) -> float | None:
    return 100 * part / whole if part is not None and whole else None

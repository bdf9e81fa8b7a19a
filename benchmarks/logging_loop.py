"""A plain script that logs. In: `mlplat` or `mlflow`, how many calls. Out: JSON, nanoseconds of the median call."""

import importlib
import json
import statistics
import sys
from time import perf_counter_ns


def main() -> None:
    """Time every call by itself."""
    tracking = importlib.import_module(sys.argv[1])
    times = []
    with tracking.start_run():
        for step in range(int(sys.argv[2])):
            value = step / 2
            begin = perf_counter_ns()
            tracking.log_metric("loss", value, step=step)
            times.append(perf_counter_ns() - begin)
    print(json.dumps({"median": statistics.median(times)}))


main()

"""`log_model` of a scikit-learn model: signature from the example, requirements from the model, into an empty store.

Each repetition is a process of its own, in which everything that a training script has imported is imported already:
the first call brings what it needs besides, later ones do not.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.comparison import Comparison, at_most
from benchmarks.measuring import Sample, alternate, run
from benchmarks.models.sides import with_scikit_learn
from benchmarks.sides import Side

ROUNDS = 3
AT_MOST_S = 0.3

SCRIPT = """
import json, sys, time, warnings
from importlib import import_module
warnings.simplefilter("ignore")
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
library, flavor = import_module(sys.argv[1]), import_module(sys.argv[1] + ".sklearn")
data, labels = load_wine(return_X_y=True, as_frame=True)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(data, labels)
seconds = []
with library.start_run():
    for name in ("first", "second"):
        begin = time.perf_counter()
        logged = flavor.log_model(model, name=name, input_example=data[:5])
        seconds.append(time.perf_counter() - begin)
assert logged.signature is not None
assert list(flavor.load_model(logged.model_uri).predict(data)) == list(model.predict(data))
print(json.dumps(seconds))
"""


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare the first call of a process, and the second."""
    later: dict[str, list[float]] = {ours.name: [], peer.name: []}
    sides = {"mlplat": with_scikit_learn(ours, peer), "mlflow": peer}
    tasks = {name: _task(name, side, later[name]) for name, side in sides.items()}
    first = alternate(tasks, rounds)
    second = {name: Sample(tuple(values)) for name, values in later.items()}
    mine, theirs = ours.name, peer.name
    return [
        Comparison(
            "`log_model` of a process, the first",
            "s",
            first[mine],
            "mlflow's",
            first[theirs],
            (at_most(first[mine], AT_MOST_S, "s"),),
        ),
        Comparison("`log_model` of a process, the second", "s", second[mine], "mlflow's", second[theirs]),
    ]


def _task(module: str, side: Side, later: list[float]) -> Callable[[], float]:
    def task() -> float:
        with tempfile.TemporaryDirectory(dir=side.work) as folder:
            place = Path(folder)
            (place / "script.py").write_text(SCRIPT, encoding="utf-8")
            variables = {"MLFLOW_TRACKING_URI": "sqlite:///store.db"} if module == "mlflow" else {}
            done = run([side.python, "script.py", module], cwd=place, env=side.env(HOME=place, **variables))
        first, second = json.loads(done.output.splitlines()[-1])
        later.append(second)
        return float(first)

    return task

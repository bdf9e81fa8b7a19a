"""A model that was trained, served and watched, by real processes: what shifted is named."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.tool import Tool
from tests.frameworks import framework_python, run_script
from tests.serving.served import Served, starter

TRAINING = """
import sys
import numpy, pandas
from sklearn.linear_model import LinearRegression
import mlplat

mlplat.set_tracking_uri(sys.argv[1])
random = numpy.random.default_rng(0)
columns = ["alcohol", "acid", "sugar"]
data = pandas.DataFrame(random.normal([11, 3, 5], 1, (4000, 3)), columns=columns)
quality = data["alcohol"] / 2 - data["acid"] + random.normal(0, 0.1, 4000)
model = LinearRegression().fit(data, quality)
with mlplat.start_run() as run:
    mlplat.sklearn.log_model(model, name="wine", training_data=(data, quality), input_example=data[:2])
print(run.info.run_id)
later = random.normal([11, 3, 7], 1, (1400, 3))
pandas.DataFrame(later, columns=columns).assign(
    quality=later[:, 0] / 2 - later[:, 1]
).to_csv("later.csv", index=False)
"""


@pytest.fixture
def server(mlplat: Tool, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A server of a model whose training data is known; later.csv is what it is asked."""
    python = framework_python(request.config, "serving")
    (tmp_path / "training.py").write_text(TRAINING)
    run_id = run_script(python, tmp_path / "training.py", mlplat.folder, tmp_path / ".mlplat").strip()
    mlplat("models", "register", f"runs:/{run_id}/wine", "wine")
    with starter(mlplat, python)("models:/wine/1", words=("--log-predictions",)) as served:
        yield served


def test_what_shifted_while_it_was_served_is_named(mlplat: Tool, server: Served) -> None:
    with (mlplat.folder / "later.csv").open() as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    columns = ["alcohol", "acid", "sugar"]
    table = [[row[name] for name in columns] for row in rows]
    reply = server.ask("/invocations", {"dataframe_split": {"columns": columns, "data": table[:200]}})
    single = [server.ask("/invocations", {"inputs": {k: [row[k]] for k in columns}}) for row in rows[200:240]]
    tensors = [
        {"name": name, "shape": [1160], "datatype": "FP64", "data": [row[name] for row in rows[240:]]}
        for name in columns
    ]
    inferred = server.ask("/v2/models/wine/infer", {"inputs": tensors})
    refused = server.ask("/invocations", {"inputs": {"alcohol": ["much"]}})
    assert [each.status for each in (reply, *single, inferred, refused)] == [200] * 42 + [400]
    assert 'mlplat_prediction_log_requests_total{state="dropped"} 0' in server.ask("/metrics").content.decode()
    code, said = server.stop()
    assert code == 0, said
    keys = [f"{reply.headers['x-request-id']}/{place},{row['quality']}" for place, row in enumerate(rows[:200])]
    (mlplat.folder / "truth.csv").write_text("\n".join(["request_id,label", *keys]))

    mlplat("models", "labels", "wine", "--file", "truth.csv")
    failed = mlplat("models", "monitor", "wine", "--fail-on", "column", "--json", "--html", "page.html", code=9)

    report = failed.json()
    states = {each["name"]: each["state"] for each in report["columns"]}
    assert states == {"alcohol": "steady", "acid": "steady", "sugar": "drifted", "target": "steady"}, failed.out
    assert (report["requests"], report["rows"], report["versions"]) == (42, 1400, {"1": 42})
    assert report["quality"]["labelled"] == 200
    assert report["quality"]["metrics"]["mae"] < 0.1
    assert report["latency_ms"]["p50"] > 0
    assert "feature sugar drifted (wasserstein " in failed.err
    assert "sugar" in (mlplat.folder / "page.html").read_text(encoding="utf-8")

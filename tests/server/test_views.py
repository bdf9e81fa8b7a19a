"""What stands below `/api/1` for a page that only looks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from mlplat_cli.artifacts import open_location
from mlplat_cli.entities import Metric, Param
from mlplat_cli.launch.output import OUTPUT_ARTIFACT
from mlplat_cli.server.answers import view_answers
from tests.server.conftest import Served


def series(served: Served, **fields: Any) -> Any:
    reply = served.ask("POST", "/api/1/series", fields)
    assert reply.status == 200, reply.body
    return reply.json


def mistake(served: Served, verb: str, path: str, **fields: Any) -> str:
    reply = served.ask(verb, f"/api/1/{path}", fields)
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    message: str = reply.json["message"]
    return message


def test_a_spike_is_seen_however_long_the_curve(served: Served) -> None:
    run_id = served.run()
    values = [math.nan if step == 70 else 1e6 if step == 1_234 else 0.5 for step in range(5_000)]
    served.store.log_batch(run_id, metrics=[Metric("loss", value, step, step) for step, value in enumerate(values)])
    chart = series(served, run_ids=[run_id], keys=["loss"], pixels=100)
    (curve,) = chart["series"]
    buckets = curve["buckets"]
    assert (chart["axis"], chart["start"], chart["end"], chart["width"]) == ("step", 0, 4_999, 50)
    assert buckets["max"].index(1e6) == buckets["x"].index(1_200)
    assert (buckets["nan"][1], sum(buckets["nan"]), sum(buckets["count"])) == (1, 1, 5_000)
    assert "points" not in curve

    closer = series(served, run_ids=[run_id], keys=["loss"], start=60, end=80)["series"][0]["points"]
    assert closer["x"] == closer["step"] == list(range(60, 81))
    assert closer["value"][10] == "NaN"


def test_time_since_the_run_began(served: Served) -> None:
    run_id = served.run(start_time=1_000)
    served.store.log_batch(run_id, metrics=[Metric("loss", 1.0, 1_000 + 10 * step, step) for step in range(3)])
    chart = series(served, run_ids=[run_id], keys=["loss"], axis="relative")
    assert chart["series"][0]["points"]["x"] == [0, 10, 20]
    chart = series(served, run_ids=[run_id], keys=["loss"], axis="time", start=1_010)
    assert chart["series"][0]["points"]["x"] == [1_010, 1_020]


def test_charts_that_nobody_can_draw(served: Served) -> None:
    run_id = served.run()
    assert "'run_ids' is missing" in mistake(served, "POST", "series", run_ids=[], keys=["a"])
    assert "must be 10 to 10000" in mistake(served, "POST", "series", run_ids=[run_id], keys=["a"], pixels=1)
    assert "'axis'" in mistake(served, "POST", "series", run_ids=[run_id], keys=["a"], axis="epoch")
    many = [str(number) for number in range(501)]
    assert "501 curves" in mistake(served, "POST", "series", run_ids=[run_id], keys=many)
    assert served.ask("POST", "/api/1/series", {"run_ids": ["0" * 32], "keys": ["a"]}).status == 404


def test_columns_and_counts(served: Served) -> None:
    run_id = served.run()
    served.store.log_batch(run_id, params=[Param("lr", "0.1")])
    columns = served.ask("GET", "/api/1/columns", {"experiment_id": ["0"]}).json
    assert (columns["runs"], columns["params"], columns["metrics"]) == (1, [{"key": "lr", "runs": 1}], [])
    assert "'experiment_id' is missing" in mistake(served, "GET", "columns")
    count = {"experiment_ids": ["0"], "filter": "params.lr = '0.1'"}
    assert served.ask("POST", "/api/1/runs/count", count).json == {"count": 1}
    assert "position 10" in mistake(served, "POST", "runs/count", experiment_ids=["0"], filter="params.lr ~ 1")


@pytest.fixture
def output(served: Served) -> Path:
    run = served.store.create_run("0")
    path = open_location(run.info.artifact_uri, served.home).reserve(OUTPUT_ARTIFACT)
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_output_comes_in_parts_of_whole_characters(served: Served, output: Path) -> None:
    assert view_answers.OUTPUT_ARTIFACT == OUTPUT_ARTIFACT
    run_id = output.parents[2].name
    assert served.ask("GET", "/api/1/runs/output", {"run_id": run_id}).status == 404
    text = "epöch 1 ✓ 😀\n" * 40
    output.write_text(text, encoding="utf-8")
    said, offset = "", 0
    while offset < len(text.encode()):
        part = served.ask("GET", "/api/1/runs/output", {"run_id": run_id, "offset": offset, "limit": 7}).json
        assert (part["start"], part["size"]) == (offset, len(text.encode()))
        said, offset = said + part["text"], part["end"]
    assert said == text
    tail = served.ask("GET", "/api/1/runs/output", {"run_id": run_id, "offset": -3}).json
    assert (tail["text"], tail["end"]) == ("\n", len(text.encode()))
    assert served.ask("GET", "/api/1/runs/output", {"run_id": run_id}).json["text"] == text
    assert "'limit'" in mistake(served, "GET", "runs/output", run_id=run_id, limit=0)

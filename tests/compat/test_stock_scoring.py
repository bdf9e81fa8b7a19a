"""What `mlplat models serve` answers to a request, beside what the real scoring server answers to the same one.

Both have the same models, which the stock client saved. Where mlplat differs on purpose the test says how.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.compat.conftest import SCRIPTS
from tests.e2e.tool import Tool, clean_environment
from tests.serving.served import starter

pytestmark = pytest.mark.slow

JSON = "application/json"
ROW = {"a": 1.0, "b": 0.0, "c": 2.0}
MIXED = {"d": 0.5, "i": 1, "s": "x", "b": True}


def split(record: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"dataframe_split": {"columns": list(record), "data": [list(record.values())], **more}}


def without(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}


BODIES: list[tuple[str, Any]] = [
    ("numbers", split(ROW)),
    ("numbers", split(dict(reversed(ROW.items())))),
    ("numbers", split(ROW, index=[7])),
    ("numbers", split({**ROW, "more": "x"})),
    ("numbers", {"dataframe_records": [ROW, ROW]}),
    ("numbers", {"instances": [ROW]}),
    ("numbers", {"inputs": [ROW]}),
    ("numbers", {"inputs": {name: [value] for name, value in ROW.items()}}),
    ("numbers", {"inputs": ROW}),
    ("numbers", {"dataframe_split": {"columns": list(ROW), "data": [[1, 0, 2]]}}),
    ("numbers", split({**ROW, "a": "1.0"})),
    ("numbers", split({**ROW, "a": True})),
    ("numbers", {**split(ROW), "params": {"k": 1}}),
    ("numbers", {**split(ROW), "more": 1}),
    # Wrong ones.
    ("numbers", split({**ROW, "a": "x"})),
    ("numbers", split({**ROW, "a": None})),
    ("numbers", split(without(ROW, "a"))),
    ("numbers", {"inputs": [[1, 2, 3]]}),
    ("numbers", {"dataframe_split": {"data": [[1, 2, 3]]}}),
    ("numbers", {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2]]}}),
    ("numbers", {"dataframe_split": {"columns": ["a", "b", "c"], "rows": [[1, 2, 3]]}}),
    ("numbers", {"dataframe_split": [1]}),
    ("numbers", {"dataframe_records": ROW}),
    ("numbers", {}),
    ("numbers", {"inputs": [1], "instances": [1]}),
    ("numbers", [1]),
    ("numbers", 3),
    ("numbers", None),
    ("mixed", split(MIXED)),
    ("mixed", {"dataframe_records": [MIXED, {**MIXED, "s": "y"}]}),
    ("mixed", split({**MIXED, "s": "unknown"})),
    ("mixed", split({**MIXED, "i": 1.0})),
    ("mixed", split({**MIXED, "i": "1"})),
    ("mixed", split({**MIXED, "b": 1})),
    ("mixed", split({**MIXED, "i": None})),
    ("mixed", split({**MIXED, "i": "x"})),
    ("mixed", split(without(MIXED, "s"))),
    ("tensor", {"inputs": [[1, 2], [3, 4.5]]}),
    ("tensor", {"instances": [[1, 2]]}),
    ("tensor", {"inputs": [1, 2]}),
    ("tensor", {"inputs": [[1, 2, 3]]}),
    ("tensor", {"inputs": [["a", "b"]]}),
    ("tensor", {"inputs": {"x": [[1, 2]]}}),
    ("tensor", {"inputs": []}),
    ("tensor", {"dataframe_split": {"columns": ["p", "q"], "data": [[1, 2]]}}),
    ("timed", {"dataframe_records": [{"t": "2020-06-01", "d": 0.5}, {"t": "2020-06-02", "d": 1.5}]}),
    ("timed", {"inputs": {"t": ["2020-06-01T10:00:00"], "d": [True]}}),
    ("timed", {"dataframe_records": [{"t": "junk", "d": 0.5}]}),
    ("timed", {"dataframe_records": [{"d": 0.5}]}),
    ("unsigned", {"inputs": [[1, 2], [3, 4.5]]}),
    ("unsigned", {"instances": [[1, 2]]}),
    ("unsigned", {"dataframe_split": {"columns": ["p", "q"], "data": [[1, 2]]}}),
    ("unsigned", {"inputs": [[1, 2], [3]]}),
    ("unsigned", {"inputs": [["a", "b"]]}),
]
RAW: list[tuple[str, str, str]] = [
    ("numbers", "text/csv", "a,b,c\n1,0,2\n2.5,1,1\n"),
    ("numbers", "text/csv; charset=utf-8", "c,a,b\r\n2,1,0"),
    ("numbers", "text/csv", "a,b\n1,0\n"),
    ("numbers", "text/csv", "a,b,c\nx,0,2\n"),
    ("numbers", "text/csv", ""),
    ("mixed", "text/csv", "d,i,s,b\n0.5,1,x,True\n"),
    ("numbers", JSON, '{"dataframe_split": '),
    ("numbers", JSON, ""),
    ("numbers", f"{JSON}; charset=utf-8", json.dumps(split(ROW))),
    ("numbers", f"{JSON}; charset=latin-1", json.dumps(split(ROW))),
    ("numbers", f"{JSON}; format=pandas-split", json.dumps(split(ROW))),
    ("numbers", "text/plain", "x"),
]
SAFER = [
    ("mixed", split({**MIXED, "i": 1.5}), "fraction"),
    ("mixed", split({**MIXED, "i": 2**63}), "does not fit"),
    ("mixed", split({**MIXED, "b": None}), "cannot be missing"),
]
"""What the real one takes and changes in silence, and mlplat refuses: a body, and a word of the reason."""


def test_requests_are_answered_as_the_real_scoring_server_answers_them(stock_python: Path, tmp_path: Path) -> None:
    requests = [(model, JSON, json.dumps(body)) for model, body in BODIES] + RAW
    requests += [(model, JSON, json.dumps(body)) for model, body, _ in SAFER]
    stock = answered_by_stock(stock_python, tmp_path, requests)
    models = [tmp_path / "models" / name for name in ("numbers", "mixed", "tensor", "unsigned", "timed")]
    tool = Tool(tmp_path, clean_environment(tmp_path / "cache", tmp_path / "config"))
    differing = []
    with starter(tool, stock_python)(*models, words=("--trust",)) as served:
        for (model, kind, body), (status, content) in zip(requests, stock, strict=True):
            reply = served.ask(f"/models/{model}/invocations", body.encode(), kind)
            reason = next((word for name, other, word in SAFER if (name, json.dumps(other)) == (model, body)), None)
            if reason:
                assert (status, reply.status, reason in reply.json()["message"]) == (200, 400, True)
            elif reply.status != status or (status == 200 and reply.json() != json.loads(content)):
                differing.append((model, kind, body, (reply.status, reply.content), (status, content[:200])))
            elif status == 400:
                assert {"error_code", "message"} <= reply.json().keys()
    assert differing == []


def answered_by_stock(python: Path, folder: Path, requests: list[tuple[str, str, str]]) -> list[tuple[int, str]]:
    (folder / "models").mkdir()
    (folder / "requests.json").write_text(json.dumps(requests))
    subprocess.run(
        [python, SCRIPTS / "scoring.py"],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "FOLDER": str(folder / "models"),
            "REQUESTS": str(folder / "requests.json"),
            "OUTCOME": str(folder / "outcome.json"),
        },
        check=True,
        capture_output=True,
    )
    answers: list[tuple[int, str]] = json.loads((folder / "outcome.json").read_text())
    return answers

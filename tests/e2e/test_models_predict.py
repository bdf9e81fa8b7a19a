"""`mlplat models predict` as a process: files in, files out, errors as the server tells them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.tool import PROGRAM, Tool
from tests.frameworks import framework_python, run_script
from tests.serving.served import STAND_IN, write_model
from tests.serving.stand_in.stand_in import ENDS, RAISES

ROWS = 100_000
DIGITS = "25" + "0" * 48
"""So long that the rows are more than a block of CSV."""

Predict = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def python(request: pytest.FixtureRequest) -> Path:
    return framework_python(request.config, "serving")


@pytest.fixture
def predict(mlplat: Tool, python: Path, tmp_path: Path) -> Predict:
    """The command with a model that doubles its column `x`; returns what it printed."""
    write_model(tmp_path / "model", example={"inputs": {"x": [1.0]}})

    def predict(*words: object, given: bytes = b"", code: int = 0) -> subprocess.CompletedProcess[bytes]:
        path = f"{python.parent}{os.pathsep}{mlplat.env['PATH']}"
        done = subprocess.run(
            [
                str(PROGRAM),
                "models",
                "predict",
                "-m",
                str(tmp_path / "model"),
                "--env-manager",
                "local",
                *map(str, words),
            ],
            cwd=mlplat.folder,
            env={**mlplat.env, "PATH": path, "PYTHONPATH": str(STAND_IN)},
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        return done

    return predict


def test_streams_and_types(predict: Predict, mlplat: Tool, python: Path, tmp_path: Path) -> None:
    body = {"dataframe_split": {"columns": ["x"], "data": [[1], [2]]}}
    assert json.loads(predict(given=json.dumps(body).encode()).stdout) == {"predictions": [2.0, 4.0]}
    assert predict("-t", "csv", "--output-type", "csv", given=b"x\n1\n2.5\n").stdout == b"prediction\n2.0\n5.0\n"
    script = tmp_path / "parquet.py"
    script.write_text("import pandas\npandas.DataFrame({'x': [1.5, 2.5]}).to_parquet('data.parquet')\n")
    run_script(python, script, mlplat.folder)
    predict("-i", "data.parquet", "-o", "answers.json")
    assert json.loads((mlplat.folder / "answers.json").read_text()) == {"predictions": [3.0, 5.0]}


def test_a_file_of_many_blocks(predict: Predict, mlplat: Tool) -> None:
    (mlplat.folder / "data.csv").write_text("x\n" + "\n".join(f"{n}.{DIGITS}" for n in range(1000, 1000 + ROWS)) + "\n")

    predict("-i", "data.csv", "-o", "answers.csv")

    header, *lines = (mlplat.folder / "answers.csv").read_text().splitlines()
    assert header == "prediction"
    assert lines == [f"{2 * n}.5" for n in range(1000, 1000 + ROWS)]


def test_mistakes_are_told_and_leave_no_file(predict: Predict, mlplat: Tool) -> None:
    late = [f"1.{DIGITS}"] * ROWS
    late[-2] = "much"
    (mlplat.folder / "data.csv").write_text("x\n" + "\n".join(late) + "\n")

    wrong = predict("-i", "data.csv", "-o", "answers.csv", code=2)
    assert f"column 'x', row {ROWS - 2}: 'much' is not a number" in wrong.stderr.decode()
    assert "this value is not for me" in predict("-t", "csv", given=f"x\n{RAISES}\n".encode(), code=2).stderr.decode()
    ended = predict("-t", "csv", given=f"x\n{ENDS}\n".encode(), code=1)
    assert "the model's process ended" in ended.stderr.decode()
    assert "cannot read none.csv" in predict("-i", "none.csv", code=6).stderr.decode()
    assert "exactly one of" in predict(given=b"{}", code=2).stderr.decode()
    assert "cannot write no/a.csv" in predict("-t", "csv", "-o", "no/a.csv", given=b"x\n1\n", code=7).stderr.decode()
    assert [path.name for path in mlplat.folder.iterdir() if "answers" in path.name] == []
    assert "written as JSON or CSV" in mlplat("models", "predict", "-m", "x", "-o", "answers.parquet", code=2).err

"""The unmodified mlflow package inside a project: what it reads and writes is the run that `mlplat` shows."""

import json
from pathlib import Path

import pytest

from tests.e2e.repository import write

SAMPLES = Path(__file__).resolve().parents[2] / "sample_projects"
CONDA = (SAMPLES / "wine_mlflow" / "conda.yaml").read_text(encoding="utf-8")
"""The environment of the sample, so that it is built once for all."""

pytestmark = pytest.mark.slow

LOOK = """
import json, sys
import mlflow

client = mlflow.MlflowClient()

@mlflow.trace
def traced(value):
    return value * 2

with mlflow.start_run() as run:
    mlflow.log_param("from_mlflow", sys.argv[1])
    mlflow.log_metrics({"loss": 0.5}, step=3)
    mlflow.log_text("seen", "seen.txt")
    mlflow.set_tag("who", "mlflow")
    with mlflow.start_run(nested=True, run_name="child"):
        mlflow.log_metric("inner", 1)
    traced("x")
mlflow.flush_trace_async_logging()
stored = client.get_run(run.info.run_id)
print(json.dumps({
    "run_id": stored.info.run_id,
    "experiment": client.get_experiment(stored.info.experiment_id).name,
    "params": stored.data.params,
    "tags": stored.data.tags,
    "traces": [trace.data.spans[0].outputs for trace in mlflow.search_traces(run_id=stored.info.run_id,
                                                                            return_type="list")],
    "artifacts": sorted(each.path for each in client.list_artifacts(run.info.run_id)),
}))
"""


def test_mlflow_sees_what_the_runner_recorded_and_the_runner_what_mlflow_logged(tmp_path, mlplat):
    project = write(
        tmp_path / "project",
        {
            "MLproject": "conda_env: conda.yaml\nentry_points:\n  main:\n    parameters: {alpha: float}\n"
            "    command: 'python look.py {alpha}'\n",
            "conda.yaml": CONDA,
            "look.py": LOOK,
        },
    )

    done = mlplat("run", project, "-P", "alpha=0.5", "--experiment-name", "wines", "--run-name", "seen from inside")

    seen = json.loads(done.out.splitlines()[-1])
    assert seen["run_id"] == done.run_id
    assert seen["experiment"] == "wines"
    assert seen["params"] == {"alpha": "0.5", "from_mlflow": "0.5"}
    assert seen["tags"]["mlflow.runName"] == "seen from inside"
    assert seen["tags"]["mlflow.source.type"] == "PROJECT"
    assert seen["tags"]["mlflow.project.entryPoint"] == "main"
    assert "seen.txt" in seen["artifacts"]
    assert seen["traces"] == ["xx"]

    run = mlplat.show(done.run_id)
    assert run["info"]["status"] == "FINISHED"
    assert run["params"] == seen["params"]
    assert run["metrics"]["loss"]["value"] == 0.5
    assert run["metrics"]["loss"]["step"] == 3
    assert mlplat.artifact(done.run_id, "seen.txt") == "seen"
    child = next(each for each in mlplat.runs("-x", "wines") if each["info"]["run_name"] == "child")
    assert child["tags"]["mlflow.parentRunId"] == done.run_id
    assert child["info"]["status"] == "FINISHED"


def test_a_ported_script_records_what_it_recorded_with_mlflow(tmp_path, mlplat):
    """The port of sample_projects/ported_from_mlflow, undone: one word of the import is the whole difference."""
    script = (SAMPLES / "ported_from_mlflow" / "train.py").read_text(encoding="utf-8")
    ported = write(tmp_path / "ported", {"conda.yaml": CONDA, "train.py": script})
    original = write(
        tmp_path / "original",
        {"conda.yaml": CONDA, "train.py": script.replace("import mlplat as mlflow", "import mlflow")},
    )
    command = "conda_env: conda.yaml\nentry_points:\n  main:\n    command: 'python train.py 5 0.5'\n"

    ours, theirs = (
        mlplat.show(mlplat("run", write(folder, {"MLproject": command})).run_id) for folder in (ported, original)
    )

    assert ours["params"] == theirs["params"] == {"epochs": "5", "learning_rate": "0.5"}

    def points(run):
        own = {name: each for name, each in run["metrics"].items() if not name.startswith("system/")}
        return {name: (each["value"], each["step"], each["count"]) for name, each in own.items()}

    assert points(ours) == points(theirs)
    assert {each["path"] for each in ours["artifacts"]} == {each["path"] for each in theirs["artifacts"]}
    own = ("model", "mlflow.note.content", "mlflow.source.type", "mlflow.user")
    assert [ours["tags"][name] for name in own] == [theirs["tags"][name] for name in own]

"""`mlplat.MlplatClient` and the searching functions, in scripts of their own: on a local store and on a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool

Script = Callable[[str], str]


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


@pytest.fixture(params=["local", "server"])
def script(request: pytest.FixtureRequest, served: ServedStore) -> Script:
    """Run code whose `mlplat` logs to a new store; its assertions must hold, and what it prints is returned."""
    address = str(served.home)
    if request.param == "server":
        served.start()
        address = served.url

    def run(code: str) -> str:
        process = served.script("import mlplat, os, pathlib\n" + code, MLPLAT_TRACKING_URI=address)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    return run


def test_runs_are_found_as_objects(script: Script):
    script("""
ids = []
for number in range(7):
    with mlplat.start_run(run_name=f"r{number}") as run:
        mlplat.log_metric("loss", 1 / (number + 1))
        mlplat.log_metric("loss", float("inf") if number == 6 else number, step=1)
        mlplat.log_param("kind", "even" if number % 2 == 0 else "odd")
        mlplat.set_tag("team", "a'b")
        ids.append(run.info.run_id)
found = mlplat.search_runs(order_by=["attributes.run_name DESC"])
assert [run.info.run_id for run in found] == ids[::-1]
assert type(found[0]) is mlplat.Run and found[0].data.metrics["loss"] == float("inf")
odd = mlplat.search_runs(filter_string="params.kind = 'odd' OR metrics.loss > 5", order_by=["metrics.loss"])
assert [run.info.run_name for run in odd] == ["r1", "r3", "r5", "r6"], odd
assert len(mlplat.search_runs(max_results=3)) == 3
try:
    mlplat.search_runs(filter_string="params.kind = ")
    raise SystemExit("a wrong filter is accepted")
except mlplat.MlplatException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE", error.error_code
client = mlplat.MlplatClient()
page = client.search_runs(["0"], max_results=5)
rest = client.search_runs(["0"], max_results=5, page_token=page.token)
assert (len(page), len(rest), rest.token) == (5, 2, None)
history = client.get_metric_history(ids[2], "loss")
assert [(point.step, point.value) for point in history] == [(0, 1 / 3), (1, 2.0)]
assert client.get_metric_history(ids[2], "none") == []
mlplat.delete_run(ids[0])
assert len(mlplat.search_runs()) == 6
assert [run.info.run_id for run in mlplat.search_runs(run_view_type=2)] == [ids[0]]
client.restore_run(ids[0])
assert mlplat.get_run(ids[0]).info.lifecycle_stage == "active"
assert mlplat.search_runs(experiment_names=["nobody"]) == []
""")


def test_experiments_are_found_and_changed(script: Script):
    script("""
client = mlplat.MlplatClient()
first = client.create_experiment("first", tags={"owner": "ada"})
second = client.create_experiment("second")
assert {each.name for each in mlplat.search_experiments()} == {"Default", "first", "second"}
assert [each.experiment_id for each in mlplat.search_experiments(filter_string="tags.owner = 'ada'")] == [first]
client.rename_experiment(second, "zweite")
assert client.get_experiment_by_name("zweite").experiment_id == second
assert client.get_experiment_by_name("second") is None
mlplat.set_experiment("zweite")
mlplat.set_experiment_tag("stage", 3)
assert client.get_experiment(second).tags == {"stage": "3"}
mlplat.delete_experiment_tag("stage")
mlplat.delete_experiment(second)
assert client.get_experiment(second).lifecycle_stage == "deleted"
assert len(mlplat.search_experiments()) == 2
client.restore_experiment(second)
with mlplat.start_run():
    pass
assert len(mlplat.search_runs()) == 1
assert len(mlplat.search_runs(search_all_experiments=True)) == 1
assert mlplat.search_runs(experiment_names=["first"]) == []
for call in (lambda: client.get_experiment("77"), lambda: client.create_experiment("first")):
    try:
        call()
        raise SystemExit("it is accepted")
    except mlplat.MlflowException as error:
        assert error.error_code in ("RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"), error.error_code
""")


def test_the_client_logs_to_any_run(script: Script):
    script("""
from mlplat.entities import Metric, Param, RunTag
client = mlplat.tracking.MlflowClient()
run = client.create_run("0", run_name="made", tags={"t": "1"})
run_id = run.info.run_id
assert (run.info.status, run.info.run_name, run.data.tags["t"]) == ("RUNNING", "made", "1")
client.log_metric(run_id, "m", float("nan"), step=2)
assert client.log_param(run_id, "p", 0.5) == 0.5
client.set_tag(run_id, "t", "2")
client.delete_tag(run_id, "t")
client.log_batch(
    run_id,
    [Metric("many", n, 1, n) for n in range(1100)],
    [Param(f"p{n}", "v") for n in range(250)],
    [RunTag("x", "y")],
)
found = client.get_run(run_id)
assert (found.data.metrics["many"], len(found.data.params), found.data.tags["x"]) == (1099.0, 251, "y")
assert found.data.metrics["m"] != found.data.metrics["m"] and "t" not in found.data.tags
assert len(client.get_metric_history(run_id, "many")) == 1100
try:
    client.log_param(run_id, "p", "other")
    raise SystemExit("a parameter changed its value")
except mlplat.MlplatException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE"
client.update_run(run_id, name="renamed")
client.set_terminated(run_id, "FAILED")
ended = client.get_run(run_id).info
assert (ended.status, ended.run_name) == ("FAILED", "renamed") and ended.end_time >= ended.start_time
child = client.create_run("0", tags={"mlflow.parentRunId": run_id})
assert client.get_parent_run(child.info.run_id).info.run_id == run_id
""")


def test_files_go_there_and_back(script: Script):
    script("""
client = mlplat.MlplatClient()
run_id = client.create_run("0").info.run_id
pathlib.Path("tree/inner").mkdir(parents=True)
pathlib.Path("tree/a ä.txt").write_text("a")
pathlib.Path("tree/inner/b.bin").write_bytes(bytes(3_000_000))
client.log_artifacts(run_id, "tree", "kept")
client.log_artifact(run_id, "tree/a ä.txt")
client.log_text(run_id, "hello", "notes/t.txt")
client.log_dict(run_id, {"k": [1, 2]}, "d.json")
client.log_table(run_id, {"c": [1]}, "table.json")
listed = {each.path: (each.is_dir, each.file_size) for each in client.list_artifacts(run_id)}
assert listed["kept"] == (True, None) and listed["a ä.txt"] == (False, 1), listed
assert [each.path for each in client.list_artifacts(run_id, "kept/inner")] == ["kept/inner/b.bin"]
assert client.list_artifacts(run_id, "nowhere") == []
place = client.download_artifacts(run_id, "kept")
assert sorted(path.name for path in pathlib.Path(place).rglob("*.*")) == ["a ä.txt", "b.bin"]
assert pathlib.Path(client.download_artifacts(run_id, "kept/inner/b.bin", ".")).stat().st_size == 3_000_000
assert pathlib.Path("kept/inner/b.bin").exists()
everything = mlplat.artifacts.download_artifacts(run_id=run_id, dst_path="all")
assert (pathlib.Path(everything) / "notes/t.txt").read_text() == "hello"
assert mlplat.artifacts.load_dict(f"runs:/{run_id}/d.json") == {"k": [1, 2]}
assert mlplat.artifacts.load_text(f"runs:/{run_id}/notes/t.txt") == "hello"
for bad in ("../x", "none.txt", "/etc/passwd"):
    try:
        client.download_artifacts(run_id, bad)
        raise SystemExit(f"{bad} was downloaded")
    except mlplat.MlplatException:
        pass
""")


def test_models_are_logged_and_registered(script: Script):
    script("""
client = mlplat.MlplatClient()
with mlplat.start_run() as run:
    mlplat.log_text("weights", "model/w.txt")
run_id = run.info.run_id
made = client.create_logged_model("0", "net", run_id, {"k": "v"}, {f"p{n}": "1" for n in range(130)})
assert (made.status, len(made.params), made.model_uri) == ("PENDING", 130, f"models:/{made.model_id}")
client.log_metric(run_id, "acc", 0.9, model_id=made.model_id)
assert client.finalize_logged_model(made.model_id, "READY").status == "READY"
client.set_logged_model_tags(made.model_id, {"a/b": "1"})
found = mlplat.search_logged_models(filter_string="metrics.acc > 0.5")
assert [(each.model_id, each.metrics[0].value) for each in found] == [(made.model_id, 0.9)]
assert found[0].tags == {"k": "v", "a/b": "1"}
mlplat.delete_logged_model_tag(made.model_id, "a/b")
first = mlplat.register_model(f"runs:/{run_id}/model", "clf", tags={"x": "1"})
second = mlplat.register_model(made.model_uri, "clf")
assert (first.version, second.version, second.model_id, first.tags) == ("1", "2", made.model_id, {"x": "1"})
client.set_registered_model_alias("clf", "champion", "2")
assert client.get_model_version_by_alias("clf", "champion").version == "2"
assert client.get_registered_model("clf").aliases == {"champion": "2"}
client.transition_model_version_stage("clf", "1", "Production")
assert [each.version for each in client.get_latest_versions("clf", ["Production"])] == ["1"]
client.set_model_version_tag("clf", stage="Production", key="seen", value=True)
assert client.get_model_version("clf", "1").tags == {"x": "1", "seen": "True"}
assert {each.version for each in mlplat.search_model_versions(filter_string="name = 'clf'")} == {"2", "1"}
copied = client.copy_model_version("models:/clf@champion", "copy")
assert copied.version == "1"
assert {each.name for each in mlplat.search_registered_models()} == {"clf", "copy"}
print(client.get_model_version_download_uri("copy", "1"), made.artifact_location)
assert client.get_model_version_download_uri("copy", "1") == made.artifact_location
client.rename_registered_model("copy", "kopie")
client.delete_registered_model("kopie")
client.delete_model_version("clf", "1")
client.delete_logged_model(made.model_id)
assert mlplat.search_logged_models() == []
""")


def test_inputs_are_recorded(script: Script):
    script("""
pathlib.Path("data.csv").write_text("a,b\\n1,2\\n")
with mlplat.start_run() as run:
    mlplat.log_input(mlplat.data.from_file("data.csv"), context="training", tags={"fold": 1})
    mlplat.log_input(mlplat.data.from_file("data.csv"), context="training")
found = mlplat.get_run(run.info.run_id).inputs.dataset_inputs
assert len(found) == 1, found
assert (found[0].dataset.name, found[0].dataset.source_type, len(found[0].dataset.digest)) == ("data.csv", "local", 8)
assert {tag.key: tag.value for tag in found[0].tags} == {"fold": "1", "mlflow.data.context": "training"}
assert [r.info.run_id for r in mlplat.search_runs(filter_string="datasets.name = 'data.csv'")] == [run.info.run_id]
for wrong in (None, object()):
    try:
        mlplat.log_input(wrong)
        raise SystemExit("it is accepted")
    except mlplat.MlplatException:
        pass
assert mlplat.active_run() is None
""")


def test_a_data_frame_needs_pandas(script: Script):
    assert "needs pandas" in script("""
import sys
sys.modules["pandas"] = None
try:
    mlplat.search_runs(output_format="pandas")
except mlplat.MlplatException as error:
    print(error)
""")

"""What a training script does with the stock client; every assertion is what its author relies on."""

import contextlib
import math

import mlflow
from expect import refused, report
from mlflow.tracking import MlflowClient

client = MlflowClient()

experiment = mlflow.set_experiment("exp-a")
assert experiment.artifact_location.startswith("mlflow-artifacts:/")
assert mlflow.set_experiment("exp-a").experiment_id == experiment.experiment_id
assert mlflow.get_experiment_by_name("missing") is None
other = mlflow.create_experiment("exp-b", tags={"team": "x"})
mlflow.set_experiment_tags({"k1": "v1"})
assert mlflow.get_experiment(other).tags["team"] == "x"

with mlflow.start_run(run_name="r1", tags={"a": "1"}, description="what it is for") as run:
    run_id = run.info.run_id
    assert mlflow.get_run(run_id).info.status == "RUNNING"
    mlflow.log_param("lr", 0.1)
    mlflow.log_params({f"p{i}": i for i in range(250)})
    mlflow.log_metric("loss", 0.5, step=1)
    mlflow.log_metric("loss", float("nan"), step=2)
    mlflow.log_metric("loss", float("inf"), step=3)
    mlflow.log_metric("loss", float("-inf"), step=4)
    mlflow.log_metrics({"acc": 0.9, "f1": 0.8}, step=3)
    client.log_batch(run_id, metrics=[mlflow.entities.Metric("many", i, 1000 + i, i) for i in range(1000)])
    mlflow.log_metric("later", 1.0, synchronous=False)
    mlflow.flush_async_logging()
    mlflow.set_tags({"x": "y", "gone": "z"})
    mlflow.delete_tag("gone")
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_metric("inner", 1)
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == run_id

    with refused("INVALID_PARAMETER_VALUE"):
        mlflow.log_param("lr", 0.2)
    with refused("INVALID_PARAMETER_VALUE"):
        mlflow.log_metric("a$b", 1)

stored = mlflow.get_run(run_id)
assert stored.info.status == "FINISHED"
assert stored.info.end_time >= stored.info.start_time
assert stored.info.run_name == "r1"
assert stored.data.params["lr"] == "0.1"
assert len(stored.data.params) == 251
assert stored.data.metrics["loss"] == float("-inf")
assert stored.data.metrics["many"] == 999
assert stored.data.metrics["later"] == 1.0
assert stored.data.tags["x"] == "y"
assert "gone" not in stored.data.tags
assert stored.data.tags["mlflow.note.content"] == "what it is for"

history = client.get_metric_history(run_id, "loss")
assert [point.step for point in history] == [1, 2, 3, 4]
assert history[0].value == 0.5
assert math.isnan(history[1].value)
assert history[2].value == float("inf")
assert len(client.get_metric_history(run_id, "many")) == 1000
assert client.get_metric_history(run_id, "nothing") == []

with mlflow.start_run(run_id=run_id):
    mlflow.log_metric("resumed", 1)
with contextlib.suppress(ZeroDivisionError), mlflow.start_run(run_name="broken") as broken:
    1 / 0  # noqa: B018 - the script fails
assert mlflow.get_run(broken.info.run_id).info.status == "FAILED"

found = mlflow.search_runs(
    experiment_names=["exp-a"], filter_string="metrics.acc > 0.5 and params.lr = '0.1'", order_by=["metrics.f1 DESC"]
)
assert list(found["run_id"]) == [run_id]
assert found["metrics.acc"][0] == 0.9
assert len(mlflow.search_runs(experiment_names=["exp-a"])) == 3
assert len(mlflow.search_experiments(filter_string="name LIKE 'exp-%'", order_by=["name ASC"])) == 2

mlflow.delete_run(run_id)
assert len(mlflow.search_runs(experiment_names=["exp-a"])) == 2
with refused("INVALID_PARAMETER_VALUE"):
    client.log_metric(run_id, "late", 1)
client.restore_run(run_id)
client.rename_experiment(other, "exp-b2")
client.set_experiment_tag(other, "t", "1")
client.delete_experiment_tag(other, "t")
client.delete_experiment(other)
assert client.get_experiment(other).lifecycle_stage == "deleted"
client.restore_experiment(other)
client.update_run(run_id, name="renamed")
assert client.get_run(run_id).info.run_name == "renamed"
assert client.get_run(run_id).data.tags["mlflow.runName"] == "renamed"
client.set_tag(run_id, "mlflow.runName", "by tag")
assert client.get_run(run_id).info.run_name == "by tag"
client.set_terminated(run_id, "KILLED")
assert client.get_run(run_id).info.status == "KILLED"
with refused("RESOURCE_DOES_NOT_EXIST"):
    client.get_run("0" * 32)
with refused("RESOURCE_ALREADY_EXISTS"):
    client.create_experiment("exp-a")
with refused("INVALID_PARAMETER_VALUE"):
    client.search_runs([other], "foo.bar = 1")
with refused("NOT_IMPLEMENTED"):
    client.search_mcp_servers()

report(run_id)

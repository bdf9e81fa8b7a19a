"""Fills a tracking store with everything that the mlflow of this environment can record; prints nothing.

Run by the tests with the stock client, of any version since 1.23: MLFLOW_TRACKING_URI says where to.
"""

import contextlib
import json
import math
import pathlib
import tempfile

import mlflow
from mlflow.tracking import MlflowClient

VERSION = tuple(int(part) for part in mlflow.__version__.split(".")[:2])
DATABASES = ("sqlite", "postgresql+psycopg")
# Folders had none before MLflow 2.
HAS_REGISTRY = VERSION >= (2, 0) or mlflow.get_tracking_uri().partition(":")[0] in DATABASES
client = MlflowClient()


def experiments():
    location = {}
    if mlflow.get_tracking_uri().startswith("sqlite"):
        location = {"artifact_location": pathlib.Path("places").absolute().as_uri()}
    wines = client.create_experiment("wines", **location)
    client.set_experiment_tag(wines, "mlflow.note.content", "about wines")
    gone = client.create_experiment("gone")
    client.create_run(gone)
    client.delete_experiment(gone)
    return wines


def runs(wines):
    mlflow.set_experiment("wines")
    with mlflow.start_run(run_name="first/é") as first:
        mlflow.log_params(
            {"depth": 3, "empty": "", "long": "x" * (400 if VERSION >= (2, 0) else 200), "group/inner": "a\nb"}
        )
        mlflow.set_tags({"team": "red", "lines": "one\ntwo", "nested/tag": "1"})
        for step in range(120):
            mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
        mlflow.log_metric("group/inner", 5.0, step=-3)
        for step, value in enumerate([math.nan, math.inf, -math.inf, 1e-300, 2.5]):
            mlflow.log_metric("odd", value, step=step)
        mlflow.log_text("hello", "notes/hello ü.txt")
        with tempfile.TemporaryDirectory() as folder:
            big = pathlib.Path(folder, "big.bin")
            big.write_bytes(bytes(range(256)) * 8192)
            mlflow.log_artifact(str(big), "deep/er")
        if VERSION >= (2, 4):
            data(first.info.run_id)
    with mlflow.start_run(run_name="second"):
        mlflow.log_metric("loss", 0.25)
        with mlflow.start_run(run_name="child", nested=True):
            mlflow.log_param("depth", 4)
    failed = client.create_run(wines)
    client.set_terminated(failed.info.run_id, "FAILED")
    deleted = client.create_run(wines)
    client.log_metric(deleted.info.run_id, "loss", 9.0)
    client.delete_run(deleted.info.run_id)
    client.create_run(wines, tags={"mlflow.user": "ada"})  # runs on
    return first.info.run_id


def data(run_id):
    import pandas

    table = pandas.DataFrame({"x": [1.0, 2.0], "y": [0, 1]})
    mlflow.log_input(mlflow.data.from_pandas(table, source="table.csv", name="wine data"), context="training")


class Identity(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


def model_of_a_run():
    with mlflow.start_run(run_name="modelled") as run:
        mlflow.pyfunc.log_model(
            **({"name": "model"} if VERSION >= (3, 0) else {"artifact_path": "model"}),
            python_model=Identity(),
            registered_model_name="wine" if HAS_REGISTRY else None,
            **({"pip_requirements": ["mlflow"]} if VERSION >= (1, 20) else {}),
        )
        mlflow.log_metric("loss", 0.125)
    if VERSION >= (3, 0):
        logged_models(run)
    return run


def logged_models(run):
    import pandas

    table = mlflow.data.from_pandas(pandas.DataFrame({"x": [1.0]}), name="held_out")
    external = mlflow.create_external_model(
        name="outside", source_run_id=run.info.run_id, params={"depth": "3"}, tags={"a": "b"}, model_type="agent"
    )
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("accuracy", 0.75, step=0, model_id=external.model_id, dataset=table)
        mlflow.log_metric("accuracy", math.nan, step=3, model_id=external.model_id)
        client.log_inputs(run.info.run_id, models=[mlflow.entities.LoggedModelInput(external.model_id)])
    gone = mlflow.initialize_logged_model(name="gone")
    client.delete_logged_model(gone.model_id)


def registry(run):
    client.create_registered_model("empty", {"team": "red"} if VERSION >= (1, 20) else None, "nothing in it")
    client.update_registered_model("wine", "for wines")
    client.set_registered_model_tag("wine", "team", "red")
    source = f"{run.info.artifact_uri}/model" if VERSION < (3, 0) else f"runs:/{run.info.run_id}/model"
    second = client.create_model_version("wine", source, run.info.run_id, description="the second")
    client.set_model_version_tag("wine", second.version, "x", "y")
    third = client.create_model_version("wine", source, run.info.run_id)
    client.delete_model_version("wine", third.version)
    fourth = client.create_model_version("wine", source, run.info.run_id)
    client.transition_model_version_stage("wine", second.version, "Production")
    client.transition_model_version_stage("wine", fourth.version, "Staging")
    if VERSION >= (2, 3):
        client.set_registered_model_alias("wine", "champion", second.version)


def traces():
    @mlflow.trace(name="ask", attributes={"a": 1})
    def ask(question):
        with mlflow.start_span("search") as span:
            span.set_inputs({"q": question})
            span.set_outputs(["doc"])
        return "42"

    @mlflow.trace
    def fail():
        raise ValueError("no")

    ask("why?")
    mlflow.flush_trace_async_logging()
    trace_id = mlflow.get_last_active_trace_id()
    client.set_trace_tag(trace_id, "team", "red")
    with contextlib.suppress(ValueError):
        fail()
    if VERSION >= (3, 2):
        mlflow.log_feedback(trace_id=trace_id, name="good", value=True, rationale="because")
        mlflow.log_expectation(trace_id=trace_id, name="answer", value={"text": "42"})
    mlflow.flush_trace_async_logging()


def evaluations(wines):
    from mlflow.genai.datasets import create_dataset
    from mlflow.tracking._tracking_service.utils import _get_store

    examples = create_dataset(name="questions", experiment_id=[wines], tags={"team": "red"})
    examples.merge_records(
        [
            {"inputs": {"question": "why?"}, "expectations": {"answer": "42"}, "tags": {"level": "easy"}},
            {"inputs": {"question": "how?", "n": 1}, "outputs": {"answer": "so"}},
        ]
    )
    for version in ("one", "two"):
        _get_store().register_scorer(wines, "good", json.dumps({"name": "good", "source": version}))


def main():
    wines = experiments()
    runs(wines)
    run = model_of_a_run()
    if HAS_REGISTRY:
        registry(run)
    if VERSION >= (3, 0):
        traces()
    if VERSION >= (3, 5) and mlflow.get_tracking_uri().partition(":")[0] in DATABASES:
        evaluations(wines)


main()

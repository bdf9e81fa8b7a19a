"""Models: logged, registered, found by alias and stage, loaded again."""

import mlflow
import numpy as np
import pandas as pd
from expect import refused, report
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
features = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
labels = np.array([0, 0, 1, 1])
fitted = LogisticRegression().fit(features, labels)
signature = infer_signature(features, fitted.predict(features))

mlflow.set_experiment("models")
with mlflow.start_run() as run:
    logged = mlflow.sklearn.log_model(fitted, name="model", signature=signature, input_example=features[:2])
    mlflow.log_metric("acc", 1.0, model_id=logged.model_id)
run_id = run.info.run_id
for uri in (f"runs:/{run_id}/model", f"models:/{logged.model_id}", logged.model_uri):
    assert list(mlflow.sklearn.load_model(uri).predict(features)) == list(fitted.predict(features)), uri
assert list(mlflow.pyfunc.load_model(logged.model_uri).predict(features)) == list(fitted.predict(features))
info = mlflow.models.get_model_info(logged.model_uri)
assert info.signature.inputs.input_names() == ["a", "b"]

kept = mlflow.get_logged_model(logged.model_id)
assert kept.status == "READY", kept.status
assert kept.source_run_id == run_id
assert [metric.value for metric in kept.metrics] == [1.0]
client.set_logged_model_tags(logged.model_id, {"t": "1", "a/b": "2"})
client.delete_logged_model_tag(logged.model_id, "a/b")
assert mlflow.get_logged_model(logged.model_id).tags["t"] == "1"
assert [
    model.model_id
    for model in mlflow.search_logged_models(
        experiment_ids=[run.info.experiment_id], filter_string="name = 'model'", output_format="list"
    )
] == [logged.model_id]
assert client.get_run(run_id).outputs.model_outputs[0].model_id == logged.model_id
external = mlflow.initialize_logged_model(name="pending")
mlflow.finalize_logged_model(external.model_id, "READY")
mlflow.log_model_params({"depth": "3"}, model_id=external.model_id)
client.delete_logged_model(external.model_id)

with mlflow.start_run():
    mlflow.sklearn.log_model(fitted, name="model", registered_model_name="clf")
mlflow.register_model(f"runs:/{run_id}/model", "clf")
mlflow.register_model(f"models:/{logged.model_id}", "clf")
versions = client.search_model_versions("name='clf'")
assert sorted(int(version.version) for version in versions) == [1, 2, 3]
client.set_registered_model_alias("clf", "champion", "2")
assert str(client.get_model_version_by_alias("clf", "champion").version) == "2"
for uri in ("models:/clf/1", "models:/clf/latest", "models:/clf@champion"):
    assert list(mlflow.pyfunc.load_model(uri).predict(features)) == list(fitted.predict(features)), uri
client.transition_model_version_stage("clf", "1", "Production")
client.transition_model_version_stage("clf", "2", "Production", archive_existing_versions=True)
assert client.get_model_version("clf", "1").current_stage == "Archived"
assert list(mlflow.pyfunc.load_model("models:/clf/Production").predict(features)) == list(fitted.predict(features))
client.update_model_version("clf", "1", description="first")
client.update_registered_model("clf", description="a classifier")
client.set_registered_model_tag("clf", "k", "v")
client.set_model_version_tag("clf", "1", "k", "v")
client.delete_model_version_tag("clf", "1", "k")
client.delete_registered_model_tag("clf", "k")
assert client.get_model_version("clf", "1").description == "first"
assert client.get_registered_model("clf").aliases in ({"champion": "2"}, {"champion": 2})
copied = client.copy_model_version("models:/clf/2", "clf-prod")
assert list(mlflow.sklearn.load_model(f"models:/clf-prod/{copied.version}").predict(features)) == list(
    fitted.predict(features)
)
assert client.get_model_version_download_uri("clf", "1").startswith("mlflow-artifacts:/")
assert {model.name for model in client.search_registered_models()} == {"clf", "clf-prod"}
client.delete_registered_model_alias("clf", "champion")
with refused("INVALID_PARAMETER_VALUE"):
    client.get_model_version_by_alias("clf", "champion")
client.delete_model_version("clf", "3")
client.rename_registered_model("clf-prod", "clf-old")
client.delete_registered_model("clf-old")
with refused("RESOURCE_DOES_NOT_EXIST"):
    client.get_registered_model("clf-old")

report(run_id)

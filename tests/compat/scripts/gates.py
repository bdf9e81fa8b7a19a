"""A registry whose champion is held by a gate on the metric acc, which the test has made."""

import mlflow
from expect import refused, report
from mlflow.tracking import MlflowClient

client = MlflowClient()
for acc in (0.5, 0.95):
    with mlflow.start_run() as run:
        mlflow.log_metric("acc", acc)
    client.create_model_version("clf", f"runs:/{run.info.run_id}/model", run_id=run.info.run_id)
with refused("INVALID_PARAMETER_VALUE"):
    client.set_registered_model_alias("clf", "champion", "1")
client.set_registered_model_alias("clf", "champion", "2")
with refused("INVALID_PARAMETER_VALUE"):
    client.transition_model_version_stage("clf", "1", "Production")
client.transition_model_version_stage("clf", "2", "Production")

report(run.info.run_id)

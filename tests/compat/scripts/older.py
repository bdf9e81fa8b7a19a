"""What a script written for MLflow 2 does: its models lie below the run, and their history is a tag."""

import mlflow
import numpy as np
from expect import report
from sklearn.linear_model import LogisticRegression

features, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
mlflow.set_experiment("older")
with mlflow.start_run() as run:
    mlflow.log_param("alpha", 0.5)
    mlflow.log_metric("rmse", 0.1)
    fitted = LogisticRegression().fit(features, labels)
    mlflow.sklearn.log_model(fitted, "model", registered_model_name="clf")
run_id = run.info.run_id
client = mlflow.tracking.MlflowClient()
assert "model/MLmodel" in [item.path for item in client.list_artifacts(run_id, "model")]
for uri in (f"runs:/{run_id}/model", "models:/clf/1", "models:/clf/latest"):
    assert list(mlflow.pyfunc.load_model(uri).predict(features)) == list(fitted.predict(features)), uri
assert len(mlflow.search_runs([run.info.experiment_id], "params.alpha = '0.5'")) == 1
report(run_id)

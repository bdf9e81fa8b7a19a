"""Autologging of scikit-learn, and a traced function, kept as any other."""

import mlflow
from expect import report
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

mlflow.set_experiment("autolog")
mlflow.sklearn.autolog()
features, labels = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run() as run:
    GridSearchCV(LogisticRegression(max_iter=200), {"C": [0.1, 1.0]}, cv=2).fit(features, labels)
stored = mlflow.get_run(run.info.run_id)
assert "best_C" in stored.data.params, stored.data.params
assert "best_cv_score" in stored.data.metrics, stored.data.metrics
assert stored.inputs.dataset_inputs
assert stored.outputs.model_outputs
children = mlflow.search_runs([run.info.experiment_id], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
assert len(children) == 2, len(children)


@mlflow.trace
def traced(value):
    return value + 1


assert traced(1) == 2
mlflow.flush_trace_async_logging()
kept = mlflow.get_trace(mlflow.get_last_active_trace_id())
assert [span.outputs for span in kept.data.spans] == [2], kept

report(run.info.run_id)

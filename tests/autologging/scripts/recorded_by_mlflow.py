"""What mlflow recorded. In: its store. Out: parameters and series of each run by name, as JSON on a last line."""

import json
import sys

import mlflow


def tell():
    """Print every run of the experiment `fits`."""
    client = mlflow.MlflowClient()
    found = {}
    for run in client.search_runs([client.get_experiment_by_name("fits").experiment_id]):
        series = {key: client.get_metric_history(run.info.run_id, key) for key in run.data.metrics}
        points = {key: [[each.step, each.value] for each in values] for key, values in series.items()}
        found[run.info.run_name] = [run.data.params, points]
    sys.stdout.write("\n" + json.dumps(found) + "\n")

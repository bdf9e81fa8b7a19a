"""What mlflow has in a store, as JSON: every run of the experiment `fits`."""

import json
import sys

from mlflow import MlflowClient

client = MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name("fits")
runs = [
    {
        "name": run.info.run_name,
        "status": run.info.status,
        "params": run.data.params,
        "metrics": run.data.metrics,
        "tags": run.data.tags,
        "artifacts": [each.path for each in client.list_artifacts(run.info.run_id)],
        "inputs": [tag.value for each in run.inputs.dataset_inputs for tag in each.tags],
    }
    for run in client.search_runs([experiment.experiment_id])
]
sys.stdout.write(json.dumps(runs))

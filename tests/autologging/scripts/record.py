"""Trainings recorded by the library that the first argument names, `mlflow` or `mlplat`, in the store of the second."""

import importlib
import json
import sys
import warnings

warnings.simplefilter("ignore")
library = importlib.import_module(sys.argv[1])
library.set_tracking_uri(sys.argv[2])
library.set_experiment("fits")
stock = sys.argv[1] == "mlflow"
if stock:
    library.sklearn.autolog(log_models=False)
    library.lightgbm.autolog(log_models=False)
else:
    library.autolog(log_models=False)
library.xgboost.autolog(log_models=False, importance_types=["weight", "gain"])

importlib.import_module("sklearn_fits").record(library)
importlib.import_module("booster_fits").record(library)

if stock:  # mlplat's is read by the tool
    client = library.MlflowClient()
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

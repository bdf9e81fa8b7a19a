"""Reads everything that a tracking store has through the client of this environment; writes it as JSON.

Run by the tests with the stock client: MLFLOW_TRACKING_URI says which store, OUTCOME where the JSON goes.
"""

import hashlib
import json
import os
import pathlib
import sys

import mlflow
from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient

VERSION = tuple(int(part) for part in mlflow.__version__.split(".")[:2])
client = MlflowClient()


def every(search, **arguments):
    found, token = [], None
    while True:
        page = search(page_token=token, **arguments)
        found += page
        token = page.token
        if not token:
            return found


def files(uri):
    try:
        top = pathlib.Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
    except Exception:
        return {}
    return {
        path.relative_to(top).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in top.rglob("*")
        # The client itself writes that one, into the very folder where it lies on this machine.
        if path.is_file() and path.name != "registered_model_meta"
    }


def spelled(value):
    # The databases of MLflow have no infinity.
    return "inf" if value >= 1.797e308 else "-inf" if value <= -1.797e308 else repr(value)


def point(metric):
    return [spelled(metric.value), metric.timestamp, metric.step]


def dataset(found):
    given = found.dataset
    tags = {tag.key: tag.value for tag in found.tags}
    return [given.name, given.digest, given.source_type, given.source, given.schema, given.profile, tags]


def run(found):
    info, data = found.info, found.data
    inputs, outputs = getattr(found, "inputs", None), getattr(found, "outputs", None)
    return {
        "run_id": info.run_id,
        "run_name": getattr(info, "run_name", None) or "",
        "experiment_id": info.experiment_id,
        "user_id": info.user_id,
        "status": info.status,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "lifecycle_stage": info.lifecycle_stage,
        "params": data.params,
        "tags": data.tags,
        "latest": {key: spelled(value) for key, value in data.metrics.items()},
        "history": {key: sorted(map(point, client.get_metric_history(info.run_id, key))) for key in data.metrics},
        "datasets": sorted(map(dataset, getattr(inputs, "dataset_inputs", None) or ())),
        "model_inputs": sorted(each.model_id for each in getattr(inputs, "model_inputs", None) or ()),
        "model_outputs": sorted([each.model_id, each.step] for each in getattr(outputs, "model_outputs", None) or ()),
        "artifacts": files(info.artifact_uri),
    }


def logged_model(found):
    metrics = [[each.key, *point(each), each.dataset_name, each.dataset_digest] for each in found.metrics or ()]
    return {
        "model_id": found.model_id,
        "experiment_id": found.experiment_id,
        "name": found.name,
        "creation_timestamp": found.creation_timestamp,
        "last_updated_timestamp": found.last_updated_timestamp,
        "status": str(found.status),
        "model_type": found.model_type or "",
        "source_run_id": found.source_run_id or "",
        "tags": found.tags,
        "params": found.params,
        "metrics": sorted(metrics, key=repr),
        "files": files(found.artifact_location),
    }


def experiment(found):
    return {
        "experiment_id": found.experiment_id,
        "name": found.name,
        "lifecycle_stage": found.lifecycle_stage,
        "creation_time": getattr(found, "creation_time", None),
        "last_update_time": getattr(found, "last_update_time", None),
        "tags": found.tags,
    }


def version(found):
    return {
        "version": str(found.version),
        "creation_timestamp": found.creation_timestamp,
        "last_updated_timestamp": found.last_updated_timestamp,
        "description": found.description or "",
        "user_id": found.user_id or "",
        "current_stage": found.current_stage,
        "source": found.source,
        "run_id": found.run_id or "",
        "run_link": found.run_link or "",
        "status": found.status,
        "tags": found.tags,
        "aliases": sorted(getattr(found, "aliases", ())),
        "files": {
            pathlib.PurePath(path).name: digest
            for path, digest in files(f"models:/{found.name}/{found.version}").items()
        },
    }


def registered_model(found):
    versions = every(client.search_model_versions, filter_string=f"name='{found.name}'")
    return {
        "name": found.name,
        "creation_timestamp": found.creation_timestamp,
        "last_updated_timestamp": found.last_updated_timestamp,
        "description": found.description or "",
        "tags": found.tags,
        "aliases": {key: str(value) for key, value in getattr(found, "aliases", {}).items()},
        "versions": sorted((version(client.get_model_version(found.name, each.version)) for each in versions), key=str),
    }


def main():
    experiments = every(client.search_experiments, view_type=ViewType.ALL)
    ids = [each.experiment_id for each in experiments]
    runs = every(client.search_runs, experiment_ids=ids, run_view_type=ViewType.ALL)
    models = every(client.search_logged_models, experiment_ids=ids) if VERSION >= (3, 0) else []
    outcome = {
        "experiments": {each.name: experiment(each) for each in experiments},
        "runs": {each.info.run_id: run(each) for each in runs},
        "logged_models": {each.model_id: logged_model(each) for each in models},
        "registered_models": {
            each.name: registered_model(client.get_registered_model(each.name))
            for each in every(client.search_registered_models)
        },
    }
    pathlib.Path(os.environ["OUTCOME"]).write_text(json.dumps(outcome, sort_keys=True, indent=1), encoding="utf-8")


sys.exit(main())

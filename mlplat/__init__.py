"""What a training script imports: `import mlplat`, or `import mlplat as mlflow`. In: values, files. Out: recorded runs.

Names and meanings are MLflow's. Each is loaded when it is first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

from mlplat.version import __version__

if TYPE_CHECKING:  # `as` says to type checkers that a name is public
    from mlplat import artifacts as artifacts
    from mlplat import catboost as catboost
    from mlplat import client as client
    from mlplat import data as data
    from mlplat import entities as entities
    from mlplat import exceptions as exceptions
    from mlplat import keras as keras
    from mlplat import lightgbm as lightgbm
    from mlplat import models as models
    from mlplat import onnx as onnx
    from mlplat import pyfunc as pyfunc
    from mlplat import pytorch as pytorch
    from mlplat import sentence_transformers as sentence_transformers
    from mlplat import sklearn as sklearn
    from mlplat import spacy as spacy
    from mlplat import statsmodels as statsmodels
    from mlplat import tensorflow as tensorflow
    from mlplat import tracking as tracking
    from mlplat import transformers as transformers
    from mlplat import types as types
    from mlplat import xgboost as xgboost
    from mlplat.artifacts import get_artifact_uri as get_artifact_uri
    from mlplat.artifacts import log_artifact as log_artifact
    from mlplat.artifacts import log_artifacts as log_artifacts
    from mlplat.artifacts import log_dict as log_dict
    from mlplat.artifacts import log_text as log_text
    from mlplat.autologging import autolog as autolog
    from mlplat.client import MlplatClient as MlplatClient
    from mlplat.entities import Experiment as Experiment
    from mlplat.entities import Run as Run
    from mlplat.evaluation.evaluation import evaluate as evaluate
    from mlplat.evaluation.thresholds import validate_evaluation_results as validate_evaluation_results
    from mlplat.exceptions import MlflowException as MlflowException
    from mlplat.exceptions import MlplatException as MlplatException
    from mlplat.experiments import create_experiment as create_experiment
    from mlplat.experiments import get_experiment as get_experiment
    from mlplat.experiments import get_experiment_by_name as get_experiment_by_name
    from mlplat.experiments import set_experiment as set_experiment
    from mlplat.figures import log_figure as log_figure
    from mlplat.images import Image as Image
    from mlplat.images import log_image as log_image
    from mlplat.inputs import log_input as log_input
    from mlplat.inputs import log_inputs as log_inputs
    from mlplat.live_run import ActiveRun as ActiveRun
    from mlplat.location import get_registry_uri as get_registry_uri
    from mlplat.location import get_tracking_uri as get_tracking_uri
    from mlplat.location import is_tracking_uri_set as is_tracking_uri_set
    from mlplat.location import set_registry_uri as set_registry_uri
    from mlplat.location import set_tracking_uri as set_tracking_uri
    from mlplat.logged_models import clear_active_model as clear_active_model
    from mlplat.logged_models import create_external_model as create_external_model
    from mlplat.logged_models import finalize_logged_model as finalize_logged_model
    from mlplat.logged_models import get_active_model_id as get_active_model_id
    from mlplat.logged_models import initialize_logged_model as initialize_logged_model
    from mlplat.logged_models import last_logged_model as last_logged_model
    from mlplat.logged_models import log_model_params as log_model_params
    from mlplat.logged_models import log_outputs as log_outputs
    from mlplat.logged_models import set_active_model as set_active_model
    from mlplat.registering import register_model as register_model
    from mlplat.runs import active_run as active_run
    from mlplat.runs import end_run as end_run
    from mlplat.runs import get_parent_run as get_parent_run
    from mlplat.runs import get_run as get_run
    from mlplat.runs import last_active_run as last_active_run
    from mlplat.runs import start_run as start_run
    from mlplat.searching import search_experiments as search_experiments
    from mlplat.searching import search_logged_models as search_logged_models
    from mlplat.searching import search_model_versions as search_model_versions
    from mlplat.searching import search_registered_models as search_registered_models
    from mlplat.searching import search_runs as search_runs
    from mlplat.shorthands import delete_experiment as delete_experiment
    from mlplat.shorthands import delete_experiment_tag as delete_experiment_tag
    from mlplat.shorthands import delete_logged_model_tag as delete_logged_model_tag
    from mlplat.shorthands import delete_run as delete_run
    from mlplat.shorthands import get_logged_model as get_logged_model
    from mlplat.shorthands import set_experiment_tag as set_experiment_tag
    from mlplat.shorthands import set_experiment_tags as set_experiment_tags
    from mlplat.shorthands import set_logged_model_tags as set_logged_model_tags
    from mlplat.shorthands import set_model_version_tag as set_model_version_tag
    from mlplat.tables import log_table as log_table
    from mlplat.tracking import MlflowClient as MlflowClient
    from mlplat.values import delete_tag as delete_tag
    from mlplat.values import flush_async_logging as flush_async_logging
    from mlplat.values import log_metric as log_metric
    from mlplat.values import log_metrics as log_metrics
    from mlplat.values import log_param as log_param
    from mlplat.values import log_params as log_params
    from mlplat.values import set_tag as set_tag
    from mlplat.values import set_tags as set_tags

_HOMES = {
    "ActiveRun": "live_run",
    "Experiment": "entities",
    "Image": "images",
    "MlflowClient": "tracking",
    "MlflowException": "exceptions",
    "MlplatClient": "client",
    "MlplatException": "exceptions",
    "Run": "entities",
    "active_run": "runs",
    "artifacts": "",
    "autolog": "autologging",
    "catboost": "",
    "clear_active_model": "logged_models",
    "client": "",
    "create_experiment": "experiments",
    "create_external_model": "logged_models",
    "data": "",
    "delete_experiment": "shorthands",
    "delete_experiment_tag": "shorthands",
    "delete_logged_model_tag": "shorthands",
    "delete_run": "shorthands",
    "delete_tag": "values",
    "end_run": "runs",
    "entities": "",
    "evaluate": "evaluation.evaluation",
    "exceptions": "",
    "finalize_logged_model": "logged_models",
    "flush_async_logging": "values",
    "get_active_model_id": "logged_models",
    "get_artifact_uri": "artifacts",
    "get_experiment": "experiments",
    "get_experiment_by_name": "experiments",
    "get_logged_model": "shorthands",
    "get_parent_run": "runs",
    "get_run": "runs",
    "get_registry_uri": "location",
    "get_tracking_uri": "location",
    "initialize_logged_model": "logged_models",
    "is_tracking_uri_set": "location",
    "keras": "",
    "last_active_run": "runs",
    "last_logged_model": "logged_models",
    "lightgbm": "",
    "log_artifact": "artifacts",
    "log_artifacts": "artifacts",
    "log_dict": "artifacts",
    "log_figure": "figures",
    "log_image": "images",
    "log_input": "inputs",
    "log_inputs": "inputs",
    "log_metric": "values",
    "log_metrics": "values",
    "log_model_params": "logged_models",
    "log_outputs": "logged_models",
    "log_param": "values",
    "log_params": "values",
    "log_table": "tables",
    "log_text": "artifacts",
    "models": "",
    "onnx": "",
    "pyfunc": "",
    "pytorch": "",
    "register_model": "registering",
    "search_experiments": "searching",
    "search_logged_models": "searching",
    "search_model_versions": "searching",
    "search_registered_models": "searching",
    "search_runs": "searching",
    "sentence_transformers": "",
    "set_active_model": "logged_models",
    "set_experiment": "experiments",
    "set_experiment_tag": "shorthands",
    "set_experiment_tags": "shorthands",
    "set_logged_model_tags": "shorthands",
    "set_model_version_tag": "shorthands",
    "set_tag": "values",
    "set_tags": "values",
    "set_registry_uri": "location",
    "set_tracking_uri": "location",
    "sklearn": "",
    "spacy": "",
    "start_run": "runs",
    "statsmodels": "",
    "tensorflow": "",
    "tracking": "",
    "transformers": "",
    "types": "",
    "validate_evaluation_results": "evaluation.thresholds",
    "xgboost": "",
}
"""The module that each public name lives in; none for a module."""

__all__ = ["__version__"]
__all__ += list(_HOMES)


def _load(name: str) -> Any:
    """Return a public name when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        from mlplat.absent import explained

        raise AttributeError(explained(name))
    from importlib import import_module

    value = import_module(f"mlplat.{home or name}")
    if home:
        value = getattr(value, name)
    globals()[name] = value
    return value


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these
    __getattr__ = _load


def __dir__() -> List[str]:
    return sorted({*globals(), *_HOMES})

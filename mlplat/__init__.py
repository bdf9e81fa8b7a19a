"""What a training script imports: `import mlplat`, or `import mlplat as mlflow`. In: values, files. Out: recorded runs.

Names and meanings are MLflow's. Each is loaded when it is first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

from mlplat.version import __version__

if TYPE_CHECKING:  # `as` says to type checkers that a name is public
    from mlplat import entities as entities
    from mlplat import exceptions as exceptions
    from mlplat.artifacts import get_artifact_uri as get_artifact_uri
    from mlplat.artifacts import log_artifact as log_artifact
    from mlplat.artifacts import log_artifacts as log_artifacts
    from mlplat.artifacts import log_dict as log_dict
    from mlplat.artifacts import log_text as log_text
    from mlplat.entities import Experiment as Experiment
    from mlplat.entities import Run as Run
    from mlplat.exceptions import MlflowException as MlflowException
    from mlplat.exceptions import MlplatException as MlplatException
    from mlplat.experiments import create_experiment as create_experiment
    from mlplat.experiments import get_experiment as get_experiment
    from mlplat.experiments import get_experiment_by_name as get_experiment_by_name
    from mlplat.experiments import set_experiment as set_experiment
    from mlplat.figures import log_figure as log_figure
    from mlplat.images import Image as Image
    from mlplat.images import log_image as log_image
    from mlplat.live_run import ActiveRun as ActiveRun
    from mlplat.location import get_tracking_uri as get_tracking_uri
    from mlplat.location import is_tracking_uri_set as is_tracking_uri_set
    from mlplat.location import set_tracking_uri as set_tracking_uri
    from mlplat.runs import active_run as active_run
    from mlplat.runs import end_run as end_run
    from mlplat.runs import get_parent_run as get_parent_run
    from mlplat.runs import get_run as get_run
    from mlplat.runs import last_active_run as last_active_run
    from mlplat.runs import start_run as start_run
    from mlplat.tables import log_table as log_table
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
    "MlflowException": "exceptions",
    "MlplatException": "exceptions",
    "Run": "entities",
    "active_run": "runs",
    "create_experiment": "experiments",
    "delete_tag": "values",
    "end_run": "runs",
    "entities": "",
    "exceptions": "",
    "flush_async_logging": "values",
    "get_artifact_uri": "artifacts",
    "get_experiment": "experiments",
    "get_experiment_by_name": "experiments",
    "get_parent_run": "runs",
    "get_run": "runs",
    "get_tracking_uri": "location",
    "is_tracking_uri_set": "location",
    "last_active_run": "runs",
    "log_artifact": "artifacts",
    "log_artifacts": "artifacts",
    "log_dict": "artifacts",
    "log_figure": "figures",
    "log_image": "images",
    "log_metric": "values",
    "log_metrics": "values",
    "log_param": "values",
    "log_params": "values",
    "log_table": "tables",
    "log_text": "artifacts",
    "set_experiment": "experiments",
    "set_tag": "values",
    "set_tags": "values",
    "set_tracking_uri": "location",
    "start_run": "runs",
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

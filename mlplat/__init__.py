"""What a training script imports: `import mlplat`, or `import mlplat as mlflow`. In: values, files. Out: recorded runs.

Names and meanings are MLflow's. Each is loaded when it is first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

from mlplat.version import __version__

if TYPE_CHECKING:
    from mlplat import entities, exceptions
    from mlplat.artifacts import get_artifact_uri, log_artifact, log_artifacts, log_dict, log_text
    from mlplat.entities import Experiment, Run
    from mlplat.exceptions import MlflowException, MlplatException
    from mlplat.experiments import create_experiment, get_experiment, get_experiment_by_name, set_experiment
    from mlplat.figures import log_figure
    from mlplat.images import Image, log_image
    from mlplat.live_run import ActiveRun
    from mlplat.location import get_tracking_uri, is_tracking_uri_set, set_tracking_uri
    from mlplat.runs import active_run, end_run, get_parent_run, get_run, last_active_run, start_run
    from mlplat.tables import log_table
    from mlplat.values import (
        delete_tag,
        flush_async_logging,
        log_metric,
        log_metrics,
        log_param,
        log_params,
        set_tag,
        set_tags,
    )

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


def __getattr__(name: str) -> Any:
    """Load a public name."""
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


def __dir__() -> List[str]:
    return sorted({*globals(), *_HOMES})

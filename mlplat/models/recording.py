"""Logging a model. In: a native model, its flavor, what the caller said. Out: a logged model in the store.

The way on the wire is MLflow's: the logged model PENDING, the run's output, the files, READY. The folder is whole on
this disk before the first call, and where the store cannot be reached it is kept with the run's journal instead, as an
artifact of the run: what trained for hours is not lost, and `runs:/<run>/<name>` finds it either way.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import tempfile
from functools import partial
from typing import Any, Dict, List, Optional

from mlplat.artifacts import files_in
from mlplat.context import context_tags
from mlplat.exceptions import UNREACHABLE, MlplatException
from mlplat.model_entities import LoggedModel
from mlplat.models.flavor import Flavor
from mlplat.models.info import ModelInfo, info_of
from mlplat.models.model import FILE_NAME, Model
from mlplat.models.saving import Given, save
from mlplat.models.trust import remember
from mlplat.reader import open_reader
from mlplat.runs import active_run, writer_of

_last: List[str] = []
"""The id of the model that this process logged last."""


def log(flavor: Flavor, model: Any, name: Optional[str], options: Dict[str, Any], given: Given) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active.

    Args:
        name: of the logged model; `given.name` counts before it.
        options: what only this flavor understands.

    Raises:
        MlplatException: the model cannot be written, or the store refuses it.
    """
    folder = os.path.join(tempfile.mkdtemp(prefix="mlplat-model-"), "model")
    try:
        return log_folder(folder, save(flavor, model, folder, options, given), given.name or name, given)
    finally:
        shutil.rmtree(os.path.dirname(folder), ignore_errors=True)


def log_folder(folder: str, described: Model, name: Optional[str], given: Given) -> ModelInfo:
    """Log a folder that holds a model of this user's making; its MLmodel file is completed."""
    _remember(folder)
    run = active_run()
    run_id = given.run_id or (run.info.run_id if run else None)
    try:
        logged = _begin(name, run_id, given)
    except MlplatException as error:
        if error.error_code != UNREACHABLE or run_id is None:
            raise
        return _keep_with_run(folder, described, name or "model", run_id, error)
    described.model_id = described.model_uuid = logged.model_id
    described.run_id, described.artifact_path = run_id, logged.artifact_location
    described.save(os.path.join(folder, FILE_NAME))
    logged = _send(folder, logged, run_id, given.step)
    _last[:] = [logged.model_id]
    info = info_of(described, logged)
    if given.registered_model_name is not None:
        from mlplat.shorthands import register_model

        version = register_model(info.model_uri, given.registered_model_name, given.await_registration_for or 0)
        info.registered_model_version = int(version.version)
    return info


def last_logged_id() -> Optional[str]:
    """Return the id of the model that this process logged last, or None."""
    return _last[0] if _last else None


def _begin(name: Optional[str], run_id: Optional[str], given: Given) -> LoggedModel:
    from mlplat.client import MlplatClient

    client = MlplatClient()
    if given.model_id is not None:
        return client.get_logged_model(given.model_id)
    return client.create_logged_model(
        _experiment_of(run_id), name, run_id, {**context_tags(), **(given.tags or {})}, given.params, given.model_type
    )


def _experiment_of(run_id: Optional[str]) -> str:
    run = active_run()
    if run_id is None:
        from mlplat.experiments import current_experiment

        return current_experiment().experiment_id
    if run is not None and run.info.run_id == run_id:
        return str(run.info.experiment_id)
    from mlplat.runs import get_run

    return get_run(run_id).info.experiment_id


def _send(folder: str, logged: LoggedModel, run_id: Optional[str], step: int) -> LoggedModel:
    """Bring the files to the store; the model is READY then, and where that fails it is FAILED."""
    from mlplat.client import MlplatClient

    client, reader = MlplatClient(), open_reader()
    try:
        if run_id is not None:
            output = {"model_id": logged.model_id, "step": step}
            reader.ask("POST", "runs/outputs", run_id=run_id, models=[output])
        for path, place in files_in(folder, None):
            with open(path, "rb") as stream:
                reader.save_artifact(logged.artifact_location, place, stream)
    except BaseException:
        client.finalize_logged_model(logged.model_id, "FAILED")
        raise
    return client.finalize_logged_model(logged.model_id, "READY")


def _keep_with_run(folder: str, described: Model, name: str, run_id: str, error: MlplatException) -> ModelInfo:
    """Keep the model as the run's artifact, in the journal on this disk, which travels when the store is back."""
    import warnings

    described.run_id, described.artifact_path = run_id, name
    described.save(os.path.join(folder, FILE_NAME))
    writer = writer_of(run_id)
    for path, place in files_in(folder, None):
        writer.log_file(posixpath.join(name, place), partial(shutil.copyfile, path))
    uri = f"runs:/{run_id}/{name}"
    warnings.warn(f"{error.message}; the model is kept with the run, as {uri}", stacklevel=5)
    return info_of(described, model_uri=uri)


def _remember(folder: str) -> None:
    try:
        remember(folder)
    except MlplatException as error:  # it is loaded with trust=True then
        import warnings

        warnings.warn(error.message, stacklevel=5)

"""Logging a model. In: a native model, its flavor, what the caller said. Out: a logged model in the store.

A run's model goes into the run's journal, as all that is logged does: the call returns when it is on this disk, and
asks no store. A model of no run is sent at once, MLflow's way: the logged model PENDING, the files, READY.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from functools import partial
from typing import Any, Dict, List, Optional

from mlplat.artifacts import files_in
from mlplat.context import context_tags
from mlplat.exceptions import MlplatException
from mlplat.journal import encode
from mlplat.model_entities import LoggedModel
from mlplat.models.flavor import Flavor
from mlplat.models.info import ModelInfo, info_of
from mlplat.models.model import FILE_NAME, Model
from mlplat.models.saving import Given, save
from mlplat.models.trust import remember
from mlplat.names import random_name
from mlplat.reader import open_reader
from mlplat.rules import NOT_IN_REGISTERED_NAMES, model_name
from mlplat.runs import active_run, writer_of

_last: List[str] = []
"""The id of the model that this process logged last."""
_begun: Dict[str, LoggedModel] = {}
"""Models that were begun here, by id."""


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
    run = active_run()
    run_id = given.run_id or (run.info.run_id if run else None)
    if run_id is not None and (given.model_id is None or given.model_id in _begun):
        return _write_to_journal(folder, described, name, run_id, given)
    logged = _begin(name, run_id, given)
    described.model_id = described.model_uuid = logged.model_id
    described.run_id, described.artifact_path = run_id, logged.artifact_location
    described.save(os.path.join(folder, FILE_NAME))
    _remember(folder)
    logged = _send(folder, logged, run_id, given.step)
    _last[:] = [logged.model_id]
    info = info_of(described, logged)
    if given.registered_model_name is not None:
        from mlplat.registering import register_model

        version = register_model(info.model_uri, given.registered_model_name, given.await_registration_for or 0)
        info.registered_model_name, info.number = given.registered_model_name, int(version.version)
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


def _write_to_journal(folder: str, described: Model, name: Optional[str], run_id: str, given: Given) -> ModelInfo:
    """Record the model and its files in the run's journal: whoever ingests it makes the logged model, and registers it.

    Raises:
        MlplatException: a name is none that a model may have, or the disk is full.
    """
    name = random_name() if name is None else model_name(name)
    registered = given.registered_model_name
    if registered is not None:
        model_name(registered, NOT_IN_REGISTERED_NAMES)
    logged = _begun.pop(given.model_id or "", None) or _begun_in_journal(name, run_id, given)
    described.model_id = described.model_uuid = logged.model_id
    described.run_id, described.artifact_path = run_id, None
    described.save(os.path.join(folder, FILE_NAME))
    _remember(folder)
    writer, model_id = writer_of(run_id), logged.model_id
    for path, place in files_in(folder, None):
        writer.log_file(place, partial(_move, path), model_id)
    writer.append(encode(("mr", model_id) if registered is None else ("mr", model_id, registered)))
    _last[:] = [model_id]
    info = info_of(described, logged)
    info.registered_model_name = registered
    return info


def begin(name: str, run_id: str, params: Optional[Dict[str, Any]] = None) -> str:
    """Record a model of a run whose files are still to come, and return its id: metrics may be its own from now on.

    `log` with this `model_id` completes it; without that it stays PENDING.
    """
    logged = _begun_in_journal(model_name(name), run_id, Given(params=params))
    _begun[logged.model_id] = logged
    return logged.model_id


def _begun_in_journal(name: str, run_id: str, given: Given) -> LoggedModel:
    logged = _described_locally(name, run_id, given)
    begun = ("mo", logged.model_id, name, given.model_type or "", given.step, logged.creation_timestamp)
    writer_of(run_id).append(encode((*begun, logged.params, logged.tags)))
    return logged


def _described_locally(name: str, run_id: str, given: Given) -> LoggedModel:
    now = time.time_ns() // 1_000_000
    logged = LoggedModel()
    logged.__dict__.update(
        model_id=f"m-{uuid.uuid4().hex}",
        name=name,
        creation_timestamp=now,
        last_updated_timestamp=now,
        model_type=given.model_type,
        source_run_id=run_id,
        status="READY",
        tags={key: str(value) for key, value in {**context_tags(), **(given.tags or {})}.items()},
        params={key: str(value) for key, value in (given.params or {}).items()},
        metrics=[],
    )
    return logged


def _move(source: str, target: str) -> None:
    """Move a file of the folder that is thrown away afterwards; it is copied where the journal is on another disk."""
    try:
        os.rename(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _remember(folder: str) -> None:
    try:
        remember(folder)
    except MlplatException as error:  # it is loaded with trust=True then
        import warnings

        warnings.warn(error.message, stacklevel=5)

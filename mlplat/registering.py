"""A model becomes a version of a registered one. In: the address of a model, a name. Out: `ModelVersion`.

The files stay where they are; those of a folder of this machine are copied into the store, as a logged model.
"""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional

from mlplat.client import MlplatClient
from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.model_entities import LoggedModel, ModelVersion
from mlplat.models.address import MODEL_ID, MODELS, RUNS, find_version, local_folder, logged_model_of_run
from mlplat.rules import artifact_path


class Source(NamedTuple):
    """Where a version's files are, and what they come from."""

    address: str
    run_id: Optional[str] = None
    model_id: Optional[str] = None


def register_model(
    model_uri: str, name: str, await_registration_for: int = 300, *, tags: Optional[Dict[str, Any]] = None
) -> ModelVersion:
    """Make a model the next version of a registered one, which is made when it is new.

    Args:
        model_uri: `runs:/<run>/<path>`, `models:/<model id>`, a version (`models:/<name>/<version>`, `@<alias>`, …),
            `mlflow-artifacts:/<path>`, or a folder of this machine.
        await_registration_for: accepted for MLflow's sake; a version is ready at once.

    Raises:
        MlplatException: there is no such model, or the name cannot be one.
    """
    client = MlplatClient()
    source = _source(client, str(model_uri))
    client.ensure_registered_model(name)
    return client.create_model_version(name, source.address, source.run_id, tags, model_id=source.model_id)


def _source(client: MlplatClient, uri: str) -> Source:
    if uri.startswith(RUNS):
        return _of_run(client, uri)
    if uri.startswith(MODELS):
        named = uri[len(MODELS) :].strip("/")
        if MODEL_ID.fullmatch(named):
            return _logged(client.get_logged_model(named))
        version = find_version(uri)
        return Source(f"{MODELS}{version.name}/{version.version}", version.run_id, version.model_id)
    folder = local_folder(uri)
    return Source(uri) if folder is None else _logged(_of_folder(folder))


def _of_run(client: MlplatClient, uri: str) -> Source:
    """Return the run's own artifact, with or without an MLmodel file, or the model that the run logged by the name."""
    from mlplat.reader import open_reader

    run_id, _, path = uri[len(RUNS) :].strip("/").partition("/")
    root = client.get_run(run_id).info.artifact_uri
    inner = artifact_path(path) if path else ""
    if open_reader().list_artifacts(root, inner):
        return Source(f"{root}/{inner}".rstrip("/"), run_id)
    model = logged_model_of_run(run_id, inner) if inner else None
    if model is None:
        raise MlplatException(f"the run {run_id} has nothing at {path!r} to register", NOT_FOUND)
    return _logged(model)


def _of_folder(folder: str) -> LoggedModel:
    """Bring a folder's files into the store; what they hold is not this user's making, and stays untrusted."""
    from mlplat.artifacts import files_in
    from mlplat.logged_models import initialize_logged_model
    from mlplat.models.model import Model
    from mlplat.reader import open_reader

    Model.load(folder)
    client = MlplatClient()
    made = initialize_logged_model()
    try:
        for path, place in files_in(folder, None):
            with open(path, "rb") as stream:
                open_reader().save_artifact(made.artifact_location, place, stream)
    except BaseException:
        client.finalize_logged_model(made.model_id, "FAILED")
        raise
    return client.finalize_logged_model(made.model_id, "READY")


def _logged(model: LoggedModel) -> Source:
    return Source(model.artifact_location, model.source_run_id, model.model_id)

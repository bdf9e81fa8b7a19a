"""Models that a script names, without files of ours or before them. In: names, ids. Out: logged models in the store.

An active model is the one that metrics are about where nothing else is said: `set_active_model`, or the variable
MLPLAT_ACTIVE_MODEL_ID (or its twin), names it.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Dict, List, Optional, Type

from mlplat.active_model import active_model_id, enter, leave
from mlplat.client import MlplatClient
from mlplat.context import context_tags
from mlplat.exceptions import MlplatException
from mlplat.model_entities import LoggedModel

EXTERNAL = "mlflow.model.isExternal"


class ActiveModel(LoggedModel):
    """The model that metrics are about; as a context manager, until the block ends."""

    def __enter__(self) -> ActiveModel:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        leave()


def initialize_logged_model(
    name: Optional[str] = None,
    source_run_id: Optional[str] = None,
    tags: Optional[Dict[str, Any]] = None,
    params: Optional[Dict[str, Any]] = None,
    model_type: Optional[str] = None,
    experiment_id: Optional[str] = None,
) -> LoggedModel:
    """Make a model whose files are still to come: `log_model(…, model_id=…)` brings them.

    Args:
        source_run_id: the active run unless given. experiment_id: the run's, or the chosen one, unless given.
    """
    from mlplat.runs import active_run, get_run

    run = active_run()
    run_id = source_run_id or (run.info.run_id if run else None)
    if experiment_id is None:
        experiment_id = get_run(run_id).info.experiment_id if run_id else _experiment()
    given = {**context_tags(), **(tags or {})}
    return MlplatClient().create_logged_model(experiment_id, name, run_id, given, params, model_type)


def create_external_model(
    name: Optional[str] = None,
    source_run_id: Optional[str] = None,
    tags: Optional[Dict[str, Any]] = None,
    params: Optional[Dict[str, Any]] = None,
    model_type: Optional[str] = None,
    experiment_id: Optional[str] = None,
) -> LoggedModel:
    """Make a model whose files are elsewhere, which is ready at once; arguments as for `initialize_logged_model`."""
    from io import BytesIO

    from mlplat.models.model import FILE_NAME, Model
    from mlplat.reader import open_reader

    marked = {EXTERNAL: "true", **(tags or {})}
    made = initialize_logged_model(name, source_run_id, marked, params, model_type, experiment_id)
    described = Model(
        made.artifact_location,
        made.source_run_id or "",
        model_id=made.model_id,
        model_uuid=made.model_id,
        metadata={EXTERNAL: "true"},
    )
    open_reader().save_artifact(made.artifact_location, FILE_NAME, BytesIO(described.to_yaml().encode()))
    return MlplatClient().finalize_logged_model(made.model_id, "READY")


def finalize_logged_model(model_id: str, status: str) -> LoggedModel:
    """Say whether a model's files are there: READY or FAILED."""
    return MlplatClient().finalize_logged_model(model_id, status)


def last_logged_model() -> Optional[LoggedModel]:
    """Return the model that this process logged last, or None."""
    from mlplat.models.recording import last_logged_id

    model_id = last_logged_id()
    return None if model_id is None else MlplatClient().get_logged_model(model_id)


def set_active_model(*, name: Optional[str] = None, model_id: Optional[str] = None) -> ActiveModel:
    """Make a model the one that metrics are about.

    Args:
        name: of a model of this experiment, the latest of that name; an external one is made where there is none.
        model_id: of the model, instead.

    Raises:
        MlplatException: neither or both are given, or there is no such model.
    """
    if (name is None) == (model_id is None):
        raise MlplatException("set_active_model takes a name or a model_id, one of them")
    found = MlplatClient().get_logged_model(model_id) if model_id else _named(str(name))
    active = ActiveModel()
    active.__dict__.update(found.__dict__)
    enter(found.model_id)
    return active


def get_active_model_id() -> Optional[str]:
    """Return the id of the model that metrics are about, or None."""
    return active_model_id()


def clear_active_model() -> None:
    """Let metrics be about no model."""
    enter(None)


def log_model_params(params: Dict[str, Any], model_id: Optional[str] = None) -> None:
    """Add parameters to a model, the active one unless another is named; MlplatException where there is none."""
    chosen = model_id or active_model_id()
    if chosen is None:
        raise MlplatException("no model is active: name one by model_id, or by set_active_model before")
    MlplatClient().log_model_params(chosen, params)


def log_outputs(models: Optional[List[Any]] = None) -> None:
    """Record models that the active run made, each a `LoggedModelOutput`; a run is started where there is none."""
    from mlplat.reader import open_reader
    from mlplat.runs import active_run, start_run

    run = active_run() or start_run()
    given = [{"model_id": each.model_id, "step": each.step} for each in models or ()]
    if given:
        open_reader().ask("POST", "runs/outputs", run_id=run.info.run_id, models=given)


def _named(name: str) -> LoggedModel:
    client = MlplatClient()
    order = [{"field_name": "creation_timestamp", "ascending": False}]
    text = name.replace("'", "")
    found = client.search_logged_models([_experiment()], f"name = '{text}'", max_results=1, order_by=order)
    return found[0] if found else create_external_model(name)


def _experiment() -> str:
    from mlplat.experiments import current_experiment

    return current_experiment().experiment_id

"""Models that journals tell of. In: records of one journal. Out: logged models, outputs of the run, versions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from mlplat_cli.entities import LoggedModelStatus, ModelOutputRecord, ModelReadyRecord, Param, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.dialects import upsert
from mlplat_cli.store.logged_models import NewModel, add_logged_model, finish_logged_model, usable_name
from mlplat_cli.store.model_tables import logged_models
from mlplat_cli.store.model_versions import add_version
from mlplat_cli.store.numbers import clamped
from mlplat_cli.store.registered_models import add_model
from mlplat_cli.store.tables import experiments, model_outputs

REFUSED_NAME = "mlplat.refusedRegistration"
"""Tag of a run: why one of its models is no version of the name that was asked for."""


def begin_models(connection: Connection, run: RowMapping, records: Sequence[ModelOutputRecord]) -> None:
    """Make the models that a run logs, pending until all files are there; a name that no model may have is changed.

    One that is there already is left as it is.
    """
    location = _location(connection, run["experiment"])
    for record in records:
        if _is_there(connection, record.model_id):
            continue
        new = NewModel(
            record.model_id,
            usable_name(record.name),
            record.model_type,
            run["run_id"],
            clamped(record.timestamp),
            tuple(Param(key, value) for key, value in record.params.items()),
            tuple(Tag(key, value) for key, value in record.tags.items()),
        )
        add_logged_model(connection, run["experiment"], location, new)
        row = {"run": run["id"], "model_id": record.model_id, "step": clamped(record.step)}
        connection.execute(upsert(connection, model_outputs, ["step"]), row)


def finish_models(connection: Connection, records: Sequence[ModelReadyRecord]) -> str | None:
    """Say that the files of models are there, and register them; return what kept one from being registered."""
    refused = None
    for record in records:
        if not finish_logged_model(connection, record.model_id, LoggedModelStatus.READY):
            continue  # it was deleted meanwhile
        name = record.registered_name
        if name is None:
            continue
        try:
            add_model(connection, name)
            add_version(connection, name, f"models:/{record.model_id}", None, record.model_id)
        except InvalidInputError as error:
            refused = error.message
    return refused


def _is_there(connection: Connection, model_id: str) -> bool:
    query = select(logged_models.c.id).where(logged_models.c.model_id == model_id)
    return connection.execute(query).first() is not None


def _location(connection: Connection, experiment: int) -> str:
    query = select(experiments.c.artifact_location).where(experiments.c.id == experiment)
    location: str = connection.execute(query).scalar_one()
    return location

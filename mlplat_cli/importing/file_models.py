"""Models of an `mlruns/` folder. In: their folders. Out: logged models, and names of the registry with versions.

meta.yaml, tags/…, params/…, metrics/…           a logged model
meta.yaml, tags/…, aliases/ALIAS                 a registered model; an alias's file holds the version
version-N/meta.yaml, version-N/tags/…            a version of it
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlplat_cli.entities import Experiment, LoggedModel, ModelVersion, Param, RegisteredModel
from mlplat_cli.importing import values
from mlplat_cli.importing.meta_file import UnreadableError, folders_in, read_meta, read_values
from mlplat_cli.importing.metric_file import read_model_points
from mlplat_cli.importing.source import Complaints, RegistryEntry

_VERSION = "version-"


def read_logged_model(folder: Path, experiment: Experiment, complain: Complaints) -> LoggedModel:
    """Read a logged model; UnreadableError, KeyError or ValueError when its meta.yaml is torn."""
    meta = read_meta(folder)
    model_id = str(meta["model_id"])
    params = read_values(folder / "params")
    created = values.whole(meta.get("creation_timestamp"))
    return LoggedModel(
        model_id=model_id,
        experiment_id=experiment.experiment_id,
        name=str(meta["name"]),
        artifact_uri=values.text(meta.get("artifact_location")),
        creation_timestamp_ms=created,
        last_updated_timestamp_ms=values.moment(meta.get("last_updated_timestamp")) or created,
        status=values.model_status(meta["status"]),
        model_type=values.text(meta.get("model_type")),
        source_run_id=values.optional_text(meta.get("source_run_id")),
        lifecycle_stage=values.stage(meta.get("lifecycle_stage")),
        tags=values.tags(read_values(folder / "tags")),
        params=tuple(Param(key, value) for key, value in params.items()),
        metrics=tuple(read_model_points(folder / "metrics", model_id, complain)),
    )


def read_registry_entry(folder: Path, complain: Complaints) -> RegistryEntry:
    """Read a registered model and its versions; UnreadableError, KeyError or ValueError when its meta.yaml is torn."""
    meta = read_meta(folder)
    name = str(meta["name"])
    versions = []
    for each in folders_in(folder):
        if not each.name.startswith(_VERSION):
            continue
        try:
            version = _version(name, each, read_meta(each))
        except (UnreadableError, KeyError, ValueError) as error:
            complain(str(error) if isinstance(error, UnreadableError) else f"{each / 'meta.yaml'}: it is torn")
            continue
        if version.current_stage != values.DELETED_VERSION:
            versions.append(version)
    model = RegisteredModel(
        name=name,
        creation_timestamp=values.whole(meta.get("creation_timestamp")),
        last_updated_timestamp=values.whole(meta.get("last_updated_timestamp")),
        description=values.text(meta.get("description")),
        tags=values.tags(read_values(folder / "tags")),
        aliases=tuple((alias, version.strip()) for alias, version in read_values(folder / "aliases").items()),
    )
    return RegistryEntry(model, sorted(versions, key=lambda version: int(version.version)))


def _version(name: str, folder: Path, meta: dict[str, Any]) -> ModelVersion:
    created = values.whole(meta["creation_timestamp"])
    source = values.text(meta.get("source"))
    return ModelVersion(
        name=name,
        version=str(int(folder.name.removeprefix(_VERSION))),
        creation_timestamp=created,
        last_updated_timestamp=values.moment(meta.get("last_updated_timestamp")) or created,
        source=source,
        current_stage=values.text(meta.get("current_stage")) or "None",
        description=values.text(meta.get("description")),
        user_id=values.optional_text(meta.get("user_id")),
        run_id=values.optional_text(meta.get("run_id")),
        run_link=values.text(meta.get("run_link")),
        status=values.text(meta.get("status")) or "READY",
        status_message=values.optional_text(meta.get("status_message")),
        model_id=values.optional_text(meta.get("model_id")) or values.model_of(source),
        tags=values.tags(read_values(folder / "tags")),
    )

"""Models in a database of MLflow. In: a connection. Out: logged models, and names of the registry with versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, column, select, true

from mlplat_cli.entities import LoggedModel, Metric, ModelVersion, Param, RegisteredModel
from mlplat_cli.importing import values
from mlplat_cli.importing.database_tables import Row, Tables, in_workspace
from mlplat_cli.importing.source import Complaints, RegistryEntry

_MARK = "."
"""Between a workspace and a model's name, in which a slash would be a path."""


def read_logged_models(
    connection: Connection, tables: Tables, experiment: int, complain: Complaints
) -> list[LoggedModel]:
    """Read the logged models of an experiment; there are none before MLflow 3."""
    rows = tables.rows(connection, "logged_models", [column("experiment_id") == experiment], ["model_id"])
    ids = [row["model_id"] for row in rows]
    if not ids:
        return []
    params = tables.grouped(connection, "logged_model_params", "model_id", ids)
    tags = tables.grouped(connection, "logged_model_tags", "model_id", ids)
    metrics = _metrics(connection, tables, experiment)
    found = []
    for row in rows:
        model_id = row["model_id"]
        pairs = {each["tag_key"]: each["tag_value"] for each in tags[model_id]}
        given = tuple(Param(each["param_key"], values.text(each["param_value"])) for each in params[model_id])
        try:
            status = values.model_status(row["status"])
        except ValueError as error:
            complain(f"logged model {model_id}: {error}")
            continue
        found.append(
            LoggedModel(
                model_id=model_id,
                experiment_id=str(experiment),
                name=values.text(row["name"]),
                artifact_uri=values.text(row["artifact_location"]),
                creation_timestamp_ms=values.whole(row["creation_timestamp_ms"]),
                last_updated_timestamp_ms=values.whole(row["last_updated_timestamp_ms"]),
                status=status,
                model_type=values.text(row["model_type"]),
                source_run_id=values.optional_text(row["source_run_id"]),
                lifecycle_stage=values.stage(row["lifecycle_stage"]),
                tags=values.tags(pairs),
                params=given,
                metrics=tuple(metrics[model_id]),
            )
        )
    return found


def _metrics(connection: Connection, tables: Tables, experiment: int) -> Mapping[str, list[Metric]]:
    measured, metrics = tables.clause("logged_model_metrics"), tables.clause("metrics")
    # MLflow keeps NaN as 0 here; that it is none says only the run's own row of the same point.
    same = and_(
        metrics.c.run_uuid == measured.c.run_id,
        metrics.c.key == measured.c.metric_name,
        metrics.c.step == measured.c.metric_step,
        metrics.c.timestamp == measured.c.metric_timestamp_ms,
        metrics.c.is_nan.is_(true()),
    )
    query = select(measured, metrics.c.is_nan).select_from(measured.outerjoin(metrics, same))
    found: dict[str, list[Metric]] = defaultdict(list)
    for row in connection.execute(query.where(measured.c.experiment_id == experiment)).mappings():
        found[row["model_id"]].append(
            Metric(
                row["metric_name"],
                values.number(float(row["metric_value"] or 0), is_nan=bool(row["is_nan"])),
                row["metric_timestamp_ms"],
                row["metric_step"],
                row["model_id"],
                row["dataset_name"],
                row["dataset_digest"],
            )
        )
    return found


def read_registry(connection: Connection, tables: Tables) -> list[RegistryEntry]:
    """Read every registered model with its versions."""
    versions, tags = (
        _by_model(connection, tables, "model_versions"),
        _by_model(connection, tables, "model_version_tags"),
    )
    model_tags = _by_model(connection, tables, "registered_model_tags")
    aliases = _by_model(connection, tables, "registered_model_aliases")
    found = []
    for row in tables.rows(connection, "registered_models", order=["name"]):
        name = in_workspace(row, row["name"], _MARK)
        created = values.whole(row["creation_time"])
        model = RegisteredModel(
            name=name,
            creation_timestamp=created,
            last_updated_timestamp=values.moment(row["last_updated_time"]) or created,
            description=values.text(row["description"]),
            tags=values.tags({each["key"]: each["value"] for each in model_tags[name]}),
            aliases=tuple((each["alias"], str(each["version"])) for each in aliases[name]),
        )
        kept = [each for each in versions[name] if each["current_stage"] != values.DELETED_VERSION]
        kept.sort(key=lambda each: int(each["version"]))
        found.append(RegistryEntry(model, [_version(name, each, tags[name]) for each in kept]))
    return found


def _by_model(connection: Connection, tables: Tables, name: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tables.rows(connection, name):
        found[in_workspace(row, row["name"], _MARK)].append(row)
    return found


def _version(name: str, row: Row, tags: Sequence[Row]) -> ModelVersion:
    created = values.whole(row["creation_time"])
    source = values.text(row["source"])
    return ModelVersion(
        name=name,
        version=str(row["version"]),
        creation_timestamp=created,
        last_updated_timestamp=values.moment(row["last_updated_time"]) or created,
        source=source,
        current_stage=values.text(row["current_stage"]) or "None",
        description=values.text(row["description"]),
        user_id=values.optional_text(row["user_id"]),
        run_id=values.optional_text(row["run_id"]),
        run_link=values.text(row["run_link"]),
        status=values.text(row["status"]) or "READY",
        status_message=values.optional_text(row["status_message"]),
        model_id=values.model_of(source),
        tags=values.tags({each["key"]: each["value"] for each in tags if each["version"] == row["version"]}),
    )

"""Models as ported code holds them. In: fields, or REST's JSON. Out: objects with MLflow's attributes."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, TypeVar

from mlplat.entities import Entity, Metric

E = TypeVar("E", bound=Entity)


class LoggedModelStatus:
    """How far the files of a logged model are."""

    PENDING = "LOGGED_MODEL_PENDING"
    READY = "LOGGED_MODEL_READY"
    FAILED = "LOGGED_MODEL_UPLOAD_FAILED"


class LoggedModel(Entity):
    """A model as a run logged it; times in ms since the epoch, `metrics` the latest point of each."""

    experiment_id: str
    model_id: str
    name: str
    artifact_location: str
    creation_timestamp: int
    last_updated_timestamp: int
    model_type: Optional[str]
    source_run_id: Optional[str]
    status: str
    tags: Dict[str, str]
    params: Dict[str, str]
    metrics: List[Metric]

    @property
    def model_uri(self) -> str:
        """Its address: `models:/<model_id>`."""
        return f"models:/{self.model_id}"

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> LoggedModel:
        """Read the REST protocol's logged model."""
        info, data = fields["info"], fields.get("data", {})
        return _filled(
            LoggedModel(),
            experiment_id=str(info["experiment_id"]),
            model_id=info["model_id"],
            name=info.get("name", ""),
            artifact_location=info.get("artifact_uri", ""),
            creation_timestamp=int(info.get("creation_timestamp_ms", 0)),
            last_updated_timestamp=int(info.get("last_updated_timestamp_ms", 0)),
            model_type=info.get("model_type") or None,
            source_run_id=info.get("source_run_id") or None,
            status=_short_status(info.get("status", "")),
            tags=texts_by_key(info.get("tags", ())),
            params=texts_by_key(data.get("params", ())),
            metrics=[Metric.from_json(each) for each in data.get("metrics", ())],
        )


class ModelVersion(Entity):
    """A version of a registered model; `version` is a number written as text, times are ms since the epoch."""

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str
    user_id: Optional[str]
    current_stage: str
    source: str
    run_id: Optional[str]
    run_link: str
    status: str
    status_message: Optional[str]
    model_id: Optional[str]
    tags: Dict[str, str]
    aliases: List[str]

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> ModelVersion:
        """Read the REST protocol's model version."""
        return _filled(
            ModelVersion(),
            name=fields["name"],
            version=str(fields["version"]),
            creation_timestamp=int(fields.get("creation_timestamp", 0)),
            last_updated_timestamp=int(fields.get("last_updated_timestamp", 0)),
            description=fields.get("description", ""),
            user_id=fields.get("user_id"),
            current_stage=fields.get("current_stage", "None"),
            source=fields.get("source", ""),
            run_id=fields.get("run_id") or None,
            run_link=fields.get("run_link", ""),
            status=fields.get("status", "READY"),
            status_message=fields.get("status_message"),
            model_id=fields.get("model_id") or None,
            tags=texts_by_key(fields.get("tags", ())),
            aliases=list(fields.get("aliases", ())),
        )


class RegisteredModel(Entity):
    """A name in the registry; `aliases` maps an alias to a version, `latest_versions` has one a stage."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str
    latest_versions: List[ModelVersion]
    tags: Dict[str, str]
    aliases: Dict[str, str]

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> RegisteredModel:
        """Read the REST protocol's registered model."""
        return _filled(
            RegisteredModel(),
            name=fields["name"],
            creation_timestamp=int(fields.get("creation_timestamp", 0)),
            last_updated_timestamp=int(fields.get("last_updated_timestamp", 0)),
            description=fields.get("description", ""),
            latest_versions=[ModelVersion.from_json(each) for each in fields.get("latest_versions", ())],
            tags=texts_by_key(fields.get("tags", ())),
            aliases={each["alias"]: str(each["version"]) for each in fields.get("aliases", ())},
        )


def texts_by_key(pairs: Iterable[Dict[str, Any]]) -> Dict[str, str]:
    """Turn the protocol's list of keys and values into a dict."""
    return {each["key"]: each.get("value", "") for each in pairs}


def pairs_of(texts: Optional[Dict[str, Any]]) -> List[Dict[str, str]]:
    """Turn a dict into the protocol's list of keys and values, each value as text."""
    return [{"key": key, "value": str(value)} for key, value in (texts or {}).items()]


def _short_status(status: str) -> str:
    return {
        LoggedModelStatus.PENDING: "PENDING",
        LoggedModelStatus.READY: "READY",
        LoggedModelStatus.FAILED: "FAILED",
    }.get(status, status)


def _filled(entity: E, **fields: Any) -> E:
    entity.__dict__.update(fields)
    return entity

"""What is known of a model. In: its MLmodel file, its logged model. Out: `ModelInfo`, as `log_model` returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from mlplat.entities import Entity

if TYPE_CHECKING:
    from mlplat.model_entities import LoggedModel
    from mlplat.models.model import Model
    from mlplat.models.signature import ModelSignature


class ModelInfo(Entity):
    """A model; the attributes are MLflow's.

    Attributes:
        model_uri: its address. artifact_path: the name that it was logged by.
        registered_model_name: the name that it became a version of at once, else None.
        number: of that version, once it is known.
    """

    artifact_path: Optional[str]
    env_vars: Any
    flavors: Dict[str, Dict[str, Any]]
    metadata: Optional[Dict[str, Any]]
    mlflow_version: Optional[str]
    model_id: Optional[str]
    model_uri: str
    model_uuid: str
    name: Optional[str]
    params: Optional[Dict[str, str]]
    tags: Optional[Dict[str, str]]
    metrics: Any
    prompts: Any
    registered_model_name: Optional[str]
    number: Optional[int]
    run_id: Optional[str]
    saved_input_example_info: Optional[Dict[str, Any]]
    signature: Optional[ModelSignature]
    utc_time_created: str
    creation_timestamp: Optional[int]

    @property
    def registered_model_version(self) -> Optional[int]:
        """The number of the version that it became at once, else None; the store is asked at the first time.

        Raises:
            MlplatException: the store cannot be read from here.
        """
        if self.number is None and self.registered_model_name is not None:
            from mlplat.client import MlplatClient

            name = self.registered_model_name.replace("'", "\\'")
            found = MlplatClient().search_model_versions(f"name = '{name}'", order_by=["version_number DESC"])
            self.number = next((int(each.version) for each in found if each.model_id == self.model_id), None)
        return self.number

    @property
    def signature_dict(self) -> Optional[Dict[str, Any]]:
        """The signature as MLmodel has it, or None."""
        return None if self.signature is None else self.signature.to_dict()


def info_of(model: Model, logged: Optional[LoggedModel] = None, model_uri: str = "") -> ModelInfo:
    """Return what is known of a model.

    Args:
        logged: the logged model, where there is one.
        model_uri: where it is; made of its ids unless given.
    """
    info = ModelInfo()
    uri = model_uri or (
        f"models:/{model.model_id}" if model.model_id else f"runs:/{model.run_id}/{model.artifact_path}"
    )
    info.__dict__.update(
        {name: getattr(model, name) for name in _SHARED},
        model_uri=uri,
        env_vars=model.others.get("env_vars"),
        mlflow_version=model.others.get("mlflow_version"),
        prompts=model.others.get("prompts"),
        registered_model_name=None,
        number=None,
        name=logged.name if logged else None,
        params=logged.params if logged else None,
        tags=logged.tags if logged else None,
        metrics=logged.metrics if logged else None,
        creation_timestamp=logged.creation_timestamp if logged else None,
    )
    return info


_SHARED = (
    "artifact_path",
    "flavors",
    "metadata",
    "model_id",
    "model_uuid",
    "run_id",
    "saved_input_example_info",
    "signature",
    "utc_time_created",
)


def get_model_info(model_uri: str) -> ModelInfo:
    """Return what is known of a model at an address.

    Raises:
        MlplatException: there is none.
    """
    from mlplat.models.model import Model

    return info_of(Model.load(model_uri), model_uri=str(model_uri))

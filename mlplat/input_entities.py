"""What a run read and wrote, as ported code holds it. In: fields, or REST's JSON. Out: objects as MLflow has them."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.entities import Entity


class Dataset(Entity):
    """Data by name and digest; `source` says where it came from, `schema` and `profile` are JSON texts."""

    def __init__(
        self,
        name: str,
        digest: str,
        source_type: str,
        source: str,
        schema: Optional[str] = None,
        profile: Optional[str] = None,
    ) -> None:
        self.name = name
        self.digest = digest
        self.source_type = source_type
        self.source = source
        self.schema = schema
        self.profile = profile

    def to_dict(self) -> Dict[str, Optional[str]]:
        """Return the fields by name."""
        return dict(self)


class InputTag(Entity):
    """One tag of an input."""

    def __init__(self, key: str, value: str) -> None:
        self.key = key
        self.value = value


class DatasetInput(Entity):
    """A dataset that a run read; the tag `mlflow.data.context` says what for."""

    def __init__(self, dataset: Dataset, tags: Optional[List[InputTag]] = None) -> None:
        self.dataset = dataset
        self.tags = tags or []


class LoggedModelInput(Entity):
    """A logged model that a run read."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id


class LoggedModelOutput(Entity):
    """A logged model that a run wrote, at a step."""

    def __init__(self, model_id: str, step: int = 0) -> None:
        self.model_id = model_id
        self.step = step


class RunInputs(Entity):
    """Everything that a run read."""

    def __init__(
        self, dataset_inputs: Optional[List[DatasetInput]] = None, model_inputs: Optional[List[LoggedModelInput]] = None
    ) -> None:
        self.dataset_inputs = dataset_inputs or []
        self.model_inputs = model_inputs or []

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> RunInputs:
        """Read the REST protocol's inputs."""
        return RunInputs(
            [_dataset_input(each) for each in fields.get("dataset_inputs", ())],
            [LoggedModelInput(each["model_id"]) for each in fields.get("model_inputs", ())],
        )


class RunOutputs(Entity):
    """Everything that a run wrote."""

    def __init__(self, model_outputs: Optional[List[LoggedModelOutput]] = None) -> None:
        self.model_outputs = model_outputs or []

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> RunOutputs:
        """Read the REST protocol's outputs."""
        return RunOutputs(
            [LoggedModelOutput(each["model_id"], int(each.get("step", 0))) for each in fields.get("model_outputs", ())]
        )


def _dataset_input(fields: Dict[str, Any]) -> DatasetInput:
    given = fields["dataset"]
    dataset = Dataset(
        given["name"],
        given["digest"],
        given.get("source_type", ""),
        given.get("source", ""),
        given.get("schema"),
        given.get("profile"),
    )
    return DatasetInput(dataset, [InputTag(tag["key"], tag.get("value", "")) for tag in fields.get("tags", ())])

"""What ported code holds in its hands. In: fields, or REST's JSON. Out: objects with MLflow's attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, Iterator, List, Optional, Tuple, Union

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.input_entities import RunInputs, RunOutputs


class RunStatus:
    """How a run stands; numbers in ported code, names everywhere else."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5

    _names: ClassVar[Dict[int, str]] = {
        RUNNING: "RUNNING",
        SCHEDULED: "SCHEDULED",
        FINISHED: "FINISHED",
        FAILED: "FAILED",
        KILLED: "KILLED",
    }

    @staticmethod
    def to_string(status: int) -> str:
        """Return the name of a status number; MlplatException for another number."""
        if status not in RunStatus._names:
            raise MlplatException(f"{status!r} is no run status; there are {RunStatus._names}")
        return RunStatus._names[status]

    @staticmethod
    def from_string(name: str) -> int:
        """Return the number of a status name; MlplatException for another name."""
        for number, each in RunStatus._names.items():
            if each == name:
                return number
        raise MlplatException(f"{name!r} is no run status; there are {', '.join(RunStatus._names.values())}")

    @staticmethod
    def is_terminated(status: int) -> bool:
        """Tell whether nothing more is expected of a run with this status number."""
        return status in (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)

    @staticmethod
    def all_status() -> List[int]:
        """Return every status number."""
        return list(RunStatus._names)


class ViewType:
    """Which lifecycle stages a search returns."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3


class LifecycleStage:
    """Whether a thing is in use or in the bin."""

    ACTIVE = "active"
    DELETED = "deleted"


class Entity:
    """Fields that compare and print as a whole."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *map(str, self.__dict__.values())))

    def __iter__(self) -> Iterator[Tuple[str, Any]]:
        """Yield each field's name and value, so that dict() takes the whole."""
        return iter(self.__dict__.items())

    def __repr__(self) -> str:
        fields = ", ".join(f"{key}={value!r}" for key, value in self.__dict__.items() if not key.startswith("_"))
        return f"<{type(self).__name__}: {fields}>"


class Metric(Entity):
    """One point of a metric; timestamp in ms since the epoch."""

    def __init__(self, key: str, value: float, timestamp: int, step: int) -> None:
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.step = step

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> Metric:
        """Read the REST protocol's metric."""
        return Metric(
            fields["key"], float(fields.get("value", 0.0)), int(fields.get("timestamp", 0)), int(fields.get("step", 0))
        )


class Param(Entity):
    """One parameter; its value never changes."""

    def __init__(self, key: str, value: str) -> None:
        self.key = key
        self.value = value


class RunTag(Entity):
    """One tag of a run."""

    def __init__(self, key: str, value: str) -> None:
        self.key = key
        self.value = value


class Experiment(Entity):
    """A named group of runs; times in ms since the epoch."""

    def __init__(
        self,
        experiment_id: str,
        name: str,
        artifact_location: str = "",
        lifecycle_stage: str = LifecycleStage.ACTIVE,
        tags: Optional[Dict[str, str]] = None,
        creation_time: Optional[int] = None,
        last_update_time: Optional[int] = None,
    ) -> None:
        self.experiment_id = experiment_id
        self.name = name
        self.artifact_location = artifact_location
        self.lifecycle_stage = lifecycle_stage
        self.tags = tags or {}
        self.creation_time = creation_time
        self.last_update_time = last_update_time

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> Experiment:
        """Read the REST protocol's experiment."""
        return Experiment(
            str(fields["experiment_id"]),
            fields["name"],
            fields.get("artifact_location", ""),
            fields.get("lifecycle_stage", LifecycleStage.ACTIVE),
            {each["key"]: each.get("value", "") for each in fields.get("tags", ())},
            fields.get("creation_time"),
            fields.get("last_update_time"),
        )


class RunInfo(Entity):
    """What identifies a run and how it stands; status is a name, times are ms since the epoch."""

    def __init__(
        self,
        run_id: str,
        experiment_id: str,
        user_id: str,
        status: str,
        start_time: int,
        end_time: Optional[int],
        lifecycle_stage: str,
        artifact_uri: str = "",
        run_name: str = "",
    ) -> None:
        self.run_id = run_id
        self.experiment_id = experiment_id
        self.user_id = user_id
        self.status = status
        self.start_time = start_time
        self.end_time = end_time
        self.lifecycle_stage = lifecycle_stage
        self.artifact_uri = artifact_uri
        self.run_name = run_name

    def __iter__(self) -> Iterator[Tuple[str, Any]]:
        """Yield each field's name and value; those that are asked for by a property too."""
        return ((name, getattr(self, name)) for name in _INFO_FIELDS)

    @property
    def run_uuid(self) -> str:
        """The run's id, by its old name."""
        return self.run_id

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> RunInfo:
        """Read the REST protocol's run info."""
        end_time = fields.get("end_time")
        return RunInfo(
            fields["run_id"],
            str(fields.get("experiment_id", "")),
            fields.get("user_id", ""),
            fields.get("status", "RUNNING"),
            int(fields.get("start_time", 0)),
            None if end_time is None else int(end_time),
            fields.get("lifecycle_stage", LifecycleStage.ACTIVE),
            fields.get("artifact_uri", ""),
            fields.get("run_name", ""),
        )


class RunData(Entity):
    """What was logged: the latest value of each metric, the parameters and the tags, by key."""

    def __init__(
        self,
        metrics: Optional[Dict[str, float]] = None,
        params: Optional[Dict[str, str]] = None,
        tags: Optional[Dict[str, str]] = None,
    ) -> None:
        self.metrics = metrics or {}
        self.params = params or {}
        self.tags = tags or {}

    def to_dictionary(self) -> Dict[str, Any]:
        """Return the three dicts by name."""
        return dict(self)

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> RunData:
        """Read the REST protocol's run data."""
        return RunData(
            {each["key"]: float(each.get("value", 0.0)) for each in fields.get("metrics", ())},
            {each["key"]: each.get("value", "") for each in fields.get("params", ())},
            {each["key"]: each.get("value", "") for each in fields.get("tags", ())},
        )


class Run:
    """A run: `info` and `data`, and what it read (`inputs`) and wrote (`outputs`)."""

    info: RunInfo
    data: RunData

    def __init__(
        self,
        run_info: RunInfo,
        run_data: RunData,
        run_inputs: Optional[RunInputs] = None,
        run_outputs: Optional[RunOutputs] = None,
    ) -> None:
        self.info = run_info
        self.data = run_data
        self.inputs = run_inputs
        self.outputs = run_outputs

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: info={self.info!r}, data={self.data!r}>"

    def to_dictionary(self) -> Dict[str, Any]:
        """Return info and data as dicts."""
        return {"info": dict(self.info), "data": dict(self.data)}

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> Run:
        """Read the REST protocol's run."""
        from mlplat.input_entities import RunInputs, RunOutputs

        return Run(
            RunInfo.from_json(fields["info"]),
            RunData.from_json(fields.get("data", {})),
            RunInputs.from_json(fields.get("inputs", {})),
            RunOutputs.from_json(fields.get("outputs", {})),
        )


class FileInfo(Entity):
    """A file or folder among artifacts; `file_size` in bytes, None for a folder."""

    def __init__(self, path: str, is_dir: bool, file_size: Optional[int]) -> None:
        self.path = path
        self.is_dir = is_dir
        self.file_size = file_size

    @staticmethod
    def from_json(fields: Dict[str, Any]) -> FileInfo:
        """Read the REST protocol's file info."""
        size = fields.get("file_size")
        return FileInfo(fields["path"], bool(fields.get("is_dir")), None if size is None else int(size))


_INFO_FIELDS = (
    "run_id",
    "run_uuid",
    "run_name",
    "experiment_id",
    "user_id",
    "status",
    "start_time",
    "end_time",
    "artifact_uri",
    "lifecycle_stage",
)


def status_name(status: Union[str, int]) -> str:
    """Return the name of a status given as name or number; MlplatException for any other."""
    if isinstance(status, int):
        return RunStatus.to_string(status)
    RunStatus.from_string(status)
    return status

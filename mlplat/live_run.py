"""The run that a script holds. In: its writer. Out: `info` and `data` as they are at the moment of asking."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Callable, Dict, Optional, Tuple, Type

from mlplat.entities import LifecycleStage, Run, RunData, RunInfo
from mlplat.exceptions import MlplatException
from mlplat.experiments import ChosenExperiment
from mlplat.journal import read_lines
from mlplat.reader import find_reader, missing, open_reader
from mlplat.run_writer import RunWriter

STORED = frozenset({"experiment_id", "user_id", "start_time", "artifact_uri", "run_name"})
"""What the store knows of a run that was resumed."""

INIT_FIELDS = (
    "run_id",
    "experiment_id",
    "user_id",
    "status",
    "start_time",
    "end_time",
    "lifecycle_stage",
    "artifact_uri",
    "run_name",
)
"""What RunInfo is made of, in its order."""

Finish = Callable[[RunWriter, str], None]


class ActiveRunInfo(RunInfo):
    """What identifies the run and how it stands; what only the store knows is read when it is asked for.

    Args:
        known: fields of a run that this process started; empty for one that it resumed.
    """

    def __init__(self, writer: RunWriter, experiment: Optional[ChosenExperiment], known: Dict[str, Any]) -> None:
        self._writer = writer
        self._experiment = experiment
        self.run_id = writer.run_id
        self.lifecycle_stage = LifecycleStage.ACTIVE
        self.__dict__.update(known)

    @property
    def status(self) -> str:  # type: ignore[override]  # read only here, and asked for anew
        """RUNNING, or how this process ended it."""
        return self._writer.status

    @property
    def end_time(self) -> Optional[int]:  # type: ignore[override]  # read only here, and asked for anew
        """When this process ended it, in ms since the epoch."""
        return self._writer.end_time

    def __reduce__(self) -> Tuple[Type[RunInfo], Tuple[Any, ...]]:
        """Be pickled as what is known now: another process does not write through this one's journal."""
        return RunInfo, tuple(getattr(self, name) for name in INIT_FIELDS)

    def __getattr__(self, attribute: str) -> Any:
        """Read what is not known here."""
        if attribute not in STORED:
            raise AttributeError(attribute)
        if attribute == "experiment_id" and self._experiment is not None:
            return self._experiment.experiment_id
        found = open_reader().get_run(self.run_id)
        if found is None:
            raise missing(f"the run {self.run_id}")
        return getattr(RunInfo.from_json(found["info"]), attribute)


class ActiveRun(Run):
    """A run that this process writes; as a context manager it ends with the block.

    Args:
        finish: called with the writer and a status name when the block ends.
    """

    def __init__(self, writer: RunWriter, info: ActiveRunInfo, finish: Finish) -> None:
        self.writer = writer
        self.info = info
        self._finish = finish

    info: ActiveRunInfo

    @property
    def data(self) -> RunData:  # type: ignore[override]  # read only here, and asked for anew
        """What was logged: by all processes where the store can be read, else by this one."""
        reader = find_reader()
        found = reader.get_run(self.writer.run_id) if reader else None
        if found is not None:
            return RunData.from_json(found.get("data", {}))
        return RunData(_logged_metrics(self.writer), dict(self.writer.params), dict(self.writer.tags))

    def __enter__(self) -> ActiveRun:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._finish(self.writer, status_after(error))

    def __reduce__(self) -> Tuple[Type[Run], Tuple[Any, ...]]:
        """Be pickled as the run that it is now, which cannot be ended."""
        return Run, (self.info, self.data)

    def __repr__(self) -> str:
        return f"<ActiveRun: run_id={self.writer.run_id}, status={self.writer.status}>"


def status_after(error: Optional[BaseException]) -> str:
    """Return how a run ended whose code ended with this exception, or with none."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "FINISHED"
    return "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED"


def _logged_metrics(writer: RunWriter) -> Dict[str, float]:
    """Return the latest value of each metric in this process's own journals: of the highest step, then timestamp."""
    import json

    latest: Dict[str, Tuple[int, int, float]] = {}
    for path in writer.paths:
        try:
            for payload, _ in read_lines(path):
                if payload.startswith(b'["m"'):
                    _, key, value, step, timestamp = json.loads(payload)[:5]
                    latest[key] = max(latest.get(key, (step, timestamp, float(value))), (step, timestamp, float(value)))
        except (OSError, ValueError) as error:
            raise MlplatException(f"cannot read what was logged: {error}") from error
    return {key: point[2] for key, point in latest.items()}

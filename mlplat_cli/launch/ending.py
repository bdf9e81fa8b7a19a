"""How a run ended. In: its process's end and what it said of itself. Out: the status that is recorded."""

from __future__ import annotations

from mlplat.context import PARENT
from mlplat_cli.entities import RunInfo, RunStatus
from mlplat_cli.launch.record import Recorder
from mlplat_cli.launch.supervise import Ended
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.session import TrackingSession


def record_end(session: TrackingSession, recorder: Recorder, ended: Ended | None) -> RunStatus:
    """Record how the run ended, and end what it left running.

    Args:
        session: refreshed after the process was gone. ended: None when the runner itself failed on the way.

    Raises:
        MlplatError: what was logged cannot be brought into the store; it stays in its journals.
    """
    session.ingest(recorder.run_id)
    status = final_status(session.store.get_run(recorder.run_id).info.status, ended)
    journal_end(recorder, status, ended)
    recorder.close()
    session.ingest(recorder.run_id)
    _end_nested(session.store, recorder, status)
    return status


def journal_end(recorder: Recorder, status: RunStatus, ended: Ended | None) -> None:
    """Write into the runner's journal how the run ended; StoreError when it takes no more."""
    recorder.end(status, ended.exit_code if ended else 0)


def final_status(said: RunStatus, ended: Ended | None) -> RunStatus:
    """Judge a run by its process; one that ended well keeps what the project itself said."""
    if ended is None:
        return RunStatus.FAILED
    if ended.stopped_by is not None:
        return RunStatus.KILLED
    if ended.exit_code != 0:
        return RunStatus.FAILED
    return said if said.is_terminal and said is not RunStatus.LOST else RunStatus.FINISHED


def _end_nested(store: Store, recorder: Recorder, status: RunStatus) -> None:
    """End the runs that the project opened and left open: over REST, or nested in a library that was killed."""
    left = [
        run
        for run in store.unfinished_runs()
        if run.owner == recorder.owner or _parent(store, run.run_id) == recorder.run_id
    ]
    if left:
        end_time = store.get_run(recorder.run_id).info.end_time
        for run in left:
            store.update_run(run.run_id, status=status, end_time=end_time)


def end_children(store: Store, parent: RunInfo, status: RunStatus) -> None:
    """End what runs below a run in its experiment, on a server that many others log to."""
    below = [parent.run_id]
    while below:
        found = store.search_runs(
            [parent.experiment_id], filter=f"tags.`{PARENT}` = '{below.pop()}' AND attributes.status = 'RUNNING'"
        )
        for run in found.items:
            store.update_run(run.info.run_id, status=status, end_time=parent.end_time)
            below.append(run.info.run_id)


def _parent(store: Store, run_id: str) -> str | None:
    return next((tag.value for tag in store.get_run(run_id).data.tags if tag.key == PARENT), None)

"""What has changed, as answers and events tell it."""

from __future__ import annotations

from msgspec import Struct, structs

from mlplat_cli.entities import ChangedRun, MetricProgress, RunState, Tag
from mlplat_cli.wire.codec import Int64, number


class GetChanges(Struct, kw_only=True, frozen=True):
    """Ask which runs were changed after a stamp; without one, only for the highest stamp."""

    since: Int64 | None = None


class ChangesResponse(Struct, kw_only=True, frozen=True):
    """The runs, in the order of their stamps; some that were told before may come again, with the same stamp.

    Args:
        stamp: to ask from next.
    """

    stamp: int
    runs: tuple[ChangedRun, ...] = ()


class GetRunStates(Struct, kw_only=True, frozen=True):
    """Ask how runs stand."""

    run_ids: tuple[str, ...] = ()


class ProgressMessage(Struct, kw_only=True, frozen=True):
    """How far a metric has come: its last point, and the number of its points."""

    key: str
    value: float | str
    timestamp: int
    step: int
    count: int


class RunStateMessage(Struct, kw_only=True, frozen=True):
    """A run as far as changes to it are told apart.

    Args:
        params: the keys. inputs: how many datasets and models it read or wrote.
    """

    run_id: str
    experiment_id: str
    run_name: str
    user_id: str
    status: str
    start_time: int
    end_time: int | None
    lifecycle_stage: str
    artifact_uri: str
    owner: str | None
    metrics: tuple[ProgressMessage, ...]
    params: tuple[str, ...]
    tags: tuple[Tag, ...]
    inputs: int


class RunStatesResponse(Struct, kw_only=True, frozen=True):
    """The runs that are there, in the order in which they were asked for."""

    runs: tuple[RunStateMessage, ...] = ()


class Listen(Struct, kw_only=True, frozen=True):
    """Ask to be told of changes: of experiments, of runs, of both; of everything where neither is named."""

    experiment_id: tuple[str, ...] = ()
    run_id: tuple[str, ...] = ()


class RunEvent(Struct, kw_only=True, frozen=True):
    """The data of an event `run`: a run that was changed, LOST runs included as such.

    Args:
        changed: which parts may have: info, metrics, params, tags, inputs. All where the server did not know the run.
        metrics: those with new points.
    """

    run_id: str
    experiment_id: str
    run_name: str
    status: str
    start_time: int
    end_time: int | None
    lifecycle_stage: str
    changed: tuple[str, ...]
    metrics: tuple[ProgressMessage, ...]


def progress_message(progress: MetricProgress) -> ProgressMessage:
    """Show how far a metric has come."""
    last = progress.last
    return ProgressMessage(
        key=last.key, value=number(last.value), timestamp=last.timestamp, step=last.step, count=progress.count
    )


def run_state_message(state: RunState) -> RunStateMessage:
    """Show how a run stands."""
    info = state.info
    return RunStateMessage(
        run_id=info.run_id,
        experiment_id=info.experiment_id,
        run_name=info.run_name,
        user_id=info.user_id,
        status=info.status.value,
        start_time=info.start_time,
        end_time=info.end_time,
        lifecycle_stage=info.lifecycle_stage.value,
        artifact_uri=info.artifact_uri,
        owner=info.owner,
        metrics=tuple(progress_message(each) for each in state.metrics),
        params=state.params,
        tags=state.tags,
        inputs=state.inputs,
    )


def run_event(before: RunState | None, now: RunState) -> RunEvent:
    """Show what is new of a run."""
    known = {each.last.key: each for each in before.metrics} if before else {}
    metrics = tuple(progress_message(each) for each in now.metrics if known.get(each.last.key) != each)
    parts = {
        "info": before is None or before.info != now.info,
        "metrics": bool(metrics),
        "params": before is None or before.params != now.params,
        "tags": before is None or before.tags != now.tags,
        "inputs": before is None or before.inputs != now.inputs,
    }
    info = now.info
    return RunEvent(
        run_id=info.run_id,
        experiment_id=info.experiment_id,
        run_name=info.run_name,
        status=info.status.value,
        start_time=info.start_time,
        end_time=info.end_time,
        lifecycle_stage=info.lifecycle_stage.value,
        changed=tuple(part for part, is_new in parts.items() if is_new),
        metrics=metrics,
    )


def merged_event(earlier: RunEvent, later: RunEvent) -> RunEvent:
    """Say in one event what two of the same run say."""
    fresh = {each.key for each in later.metrics}
    return structs.replace(
        later,
        changed=tuple(dict.fromkeys((*earlier.changed, *later.changed))),
        metrics=(*(each for each in earlier.metrics if each.key not in fresh), *later.metrics),
    )

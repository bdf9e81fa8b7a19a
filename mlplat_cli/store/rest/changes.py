"""What has changed on a server that is ours. In: a stamp. Out: the runs that were written to since."""

from __future__ import annotations

from collections.abc import Sequence

from mlplat_cli.entities import ChangedRun, LifecycleStage, Metric, MetricProgress, RunInfo, RunState, RunStatus
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import change as wire


class RestChanges(RestPart):
    """Changes in a REST store; NotSupportedError from a server that is not ours."""

    def last_stamp(self) -> int:
        """Return the highest stamp that there is, 0 before the first change."""
        found: wire.ChangesResponse = self._call("changed_runs", wire.GetChanges())
        return found.stamp

    def changed_runs(self, since: int) -> Sequence[ChangedRun]:
        """List the runs that were changed after a stamp, in the order of their stamps; some may come again."""
        found: wire.ChangesResponse = self._call("changed_runs", wire.GetChanges(since=since))
        return found.runs

    def run_states(self, run_ids: Sequence[str]) -> Sequence[RunState]:
        """Read how runs stand; those that are not there are left out."""
        found: wire.RunStatesResponse = self._call("run_states", wire.GetRunStates(run_ids=tuple(run_ids)))
        return [_state(each) for each in found.runs]


def _state(message: wire.RunStateMessage) -> RunState:
    return RunState(
        info=RunInfo(
            run_id=message.run_id,
            experiment_id=message.experiment_id,
            run_name=message.run_name,
            user_id=message.user_id,
            status=RunStatus(message.status),
            start_time=message.start_time,
            end_time=message.end_time,
            artifact_uri=message.artifact_uri,
            lifecycle_stage=LifecycleStage(message.lifecycle_stage),
            owner=message.owner,
        ),
        metrics=tuple(
            MetricProgress(Metric(each.key, float(each.value), each.timestamp, each.step), each.count)
            for each in message.metrics
        ),
        params=message.params,
        tags=message.tags,
        inputs=message.inputs,
    )

"""What a server's runs logged and read. In: typed calls. Out: points, summaries, conflicts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlplat_cli.entities import (
    DatasetInput,
    Metric,
    MetricSummary,
    ModelInput,
    ModelOutput,
    Page,
    Param,
    ParamConflict,
    RunBatch,
    Tag,
    all_items,
)
from mlplat_cli.errors import MlplatError, NotSupportedError
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.store.rest.run_entities import metric_entity
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages import logging as wire
from mlplat_cli.wire.messages import own
from mlplat_cli.wire.messages.metric import GetMetricHistory, MetricMessage, MetricsResponse
from mlplat_cli.wire.messages.run import RunId, RunResponse


class RestRunData(RestPart):
    """What runs of a REST store hold."""

    def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        """Log to an active run, all or nothing; InvalidInputError when a param would change its value."""
        once = tuple(dict.fromkeys(params))  # the protocol refuses a parameter that is given twice, even unchanged
        request = wire.LogBatch(run_id=run_id, metrics=tuple(metrics), params=once, tags=tuple(tags))
        self._call("log_batch", request)

    def log_batches(self, batches: Sequence[RunBatch], *, wait: bool = True) -> Sequence[Exception | None] | None:
        """Log several batches, a request for each; see `RunStore.log_batches`."""
        return [self._failure(batch) for batch in batches] if wait else None

    def _failure(self, batch: RunBatch) -> Exception | None:
        try:
            self.log_batch(batch.run_id, metrics=batch.metrics, params=batch.params, tags=batch.tags)
        except MlplatError as error:
            return error
        return None

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of a run; NotFoundError when it is not there."""
        self._call("delete_tag", wire.DeleteTag(run_id=run_id, key=key))

    def log_inputs(
        self, run_id: str, *, datasets: Sequence[DatasetInput] = (), models: Sequence[ModelInput] = ()
    ) -> None:
        """Record what a run read; the same dataset twice is one."""
        self._call("log_inputs", wire.LogInputs(run_id=run_id, datasets=tuple(datasets), models=tuple(models)))

    def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Record the models that a run wrote."""
        self._call("log_outputs", wire.LogOutputs(run_id=run_id, models=tuple(models)))

    def metric_history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """All points of a metric by (timestamp, step, value); an unknown key has none."""
        page = self.metric_history_messages(run_id, key, max_results=max_results, page_token=page_token)
        return Page([metric_entity(item) for item in page.items], page.token)

    def metric_history_messages(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[MetricMessage]:
        """Return the same points, each as the server shows it."""
        request = GetMetricHistory(run_id=run_id, metric_key=key, max_results=max_results, page_token=page_token or "")
        found: MetricsResponse = self._call("metric_history", request)
        return Page(found.metrics, found.next_page_token or None)

    def metric_summaries(self, run_id: str) -> Sequence[tuple[str, MetricSummary]]:
        """Last, least and greatest of every metric of a run, by key; from its points where a server is not ours."""
        try:
            found: own.MetricSummariesResponse = self._call("metric_summaries", RunId(run_id=run_id))
        except NotSupportedError:
            return self._summed_up(run_id)
        return [(item.last.key, _summary(item)) for item in found.summaries]

    def param_conflicts(self, run_id: str) -> Sequence[ParamConflict]:
        """Values that journals gave for parameters that already had another; none of a server that is not ours."""
        try:
            found: own.ParamConflictsResponse = self._call("param_conflicts", RunId(run_id=run_id))
        except NotSupportedError:
            return []
        return found.conflicts

    def _summed_up(self, run_id: str) -> list[tuple[str, MetricSummary]]:
        found: RunResponse = self._call("get_run", RunId(run_id=run_id))
        latest = sorted((metric_entity(item) for item in found.run.data.metrics), key=lambda metric: metric.key)
        return [(last.key, _of_points(last, self._points(run_id, last.key))) for last in latest]

    def _points(self, run_id: str, key: str) -> list[Metric]:
        most = limits.HISTORY_POINTS
        return list(all_items(lambda token: self.metric_history(run_id, key, max_results=most, page_token=token)))


def _summary(message: own.MetricSummaryMessage) -> MetricSummary:
    return MetricSummary(
        last=metric_entity(message.last),
        minimum=float(message.minimum),
        maximum=float(message.maximum),
        count=message.count,
    )


def _of_points(last: Metric, points: Sequence[Metric]) -> MetricSummary:
    numbers = [point.value for point in points if not math.isnan(point.value)]
    return MetricSummary(
        last=last,
        minimum=min(numbers, default=math.nan),
        maximum=max(numbers, default=math.nan),
        count=len(points),
    )

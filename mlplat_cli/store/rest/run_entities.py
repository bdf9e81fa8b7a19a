"""Runs as a server shows them. In: messages. Out: entities, of our own servers whole, of others as far as they tell."""

from __future__ import annotations

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    LifecycleStage,
    Metric,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
)
from mlplat_cli.wire.messages import run as wire
from mlplat_cli.wire.messages.metric import MetricMessage


def run_entity(message: wire.RunMessage) -> Run:
    """Read a run."""
    return Run(
        info=run_info_entity(message.info),
        data=RunData(
            metrics=tuple(metric_entity(item) for item in message.data.metrics),
            params=message.data.params,
            tags=message.data.tags,
        ),
        inputs=RunInputs(
            dataset_inputs=tuple(_dataset_input(item) for item in message.inputs.dataset_inputs),
            model_inputs=message.inputs.model_inputs,
        ),
        outputs=RunOutputs(model_outputs=message.outputs.model_outputs),
    )


def run_info_entity(message: wire.RunInfoMessage) -> RunInfo:
    """Read a run's head."""
    return RunInfo(
        run_id=message.run_id,
        experiment_id=message.experiment_id,
        run_name=message.run_name or "",
        user_id=message.user_id or "",
        status=RunStatus.LOST if message.lost else RunStatus(message.status),
        start_time=message.start_time or 0,
        end_time=message.end_time,
        artifact_uri=message.artifact_uri or "",
        lifecycle_stage=LifecycleStage(message.lifecycle_stage),
        owner=message.owner,
    )


def metric_entity(message: MetricMessage) -> Metric:
    """Read a point of a metric."""
    return Metric(
        message.key,
        float(message.value),
        message.timestamp,
        message.step,
        message.model_id,
        message.dataset_name,
        message.dataset_digest,
    )


def _dataset_input(message: wire.DatasetInputMessage) -> DatasetInput:
    told = message.dataset
    dataset = Dataset(
        name=told.name,
        digest=told.digest,
        source_type=told.source_type,
        source=told.source,
        schema=told.schema,
        profile=told.profile,
    )
    return DatasetInput(dataset=dataset, tags=message.tags)

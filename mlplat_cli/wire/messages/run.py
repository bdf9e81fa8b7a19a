"""Requests of `runs/` that read or change a run as a whole, and a run as responses show it.

Every request that names a run takes `run_id` and its older name `run_uuid`.
"""

from __future__ import annotations

from msgspec import Raw, Struct, json

from mlplat_cli.entities import (
    DatasetInput,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    Tag,
)
from mlplat_cli.wire.codec import Int64
from mlplat_cli.wire.enums import shown_status
from mlplat_cli.wire.messages.metric import MetricMessage, metric_message


class CreateRun(Struct, kw_only=True, frozen=True):
    """Start a run; `owner`, which MLflow does not know, is the journal whose writer keeps it alive."""

    experiment_id: str
    user_id: str = ""
    run_name: str = ""
    start_time: Int64 | None = None
    tags: tuple[Tag, ...] = ()
    owner: str = ""


class RunId(Struct, kw_only=True, frozen=True):
    """Name a run: get, delete and restore."""

    run_id: str = ""
    run_uuid: str = ""


class UpdateRun(Struct, kw_only=True, frozen=True):
    """Change a run's status, end or name."""

    run_id: str = ""
    run_uuid: str = ""
    status: str | int | None = None
    end_time: Int64 | None = None
    run_name: str = ""


class SearchRuns(Struct, kw_only=True, frozen=True):
    """Find runs."""

    experiment_ids: tuple[str, ...] = ()
    filter: str = ""
    run_view_type: str | int | None = None
    max_results: Int64 = 1_000
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class RunInfoMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What identifies a run and how it stands; MLflow leaves out what is empty, and has no `lost` and `owner`."""

    run_uuid: str
    experiment_id: str
    run_name: str | None = None
    user_id: str | None = None
    status: str
    start_time: int | None = None
    artifact_uri: str | None = None
    lifecycle_stage: str
    run_id: str
    end_time: int | None = None
    lost: bool = False
    owner: str | None = None


class RunDataMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What a run logged; the latest point of each metric."""

    metrics: tuple[MetricMessage, ...] = ()
    params: tuple[Param, ...] = ()
    tags: tuple[Tag, ...] = ()


class DatasetMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Data that a run read."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInputMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A dataset as an input."""

    dataset: DatasetMessage
    tags: tuple[Tag, ...] = ()


class RunInputsMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Everything a run read."""

    dataset_inputs: tuple[DatasetInputMessage, ...] = ()
    model_inputs: tuple[ModelInput, ...] = ()


class RunOutputsMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Models that a run wrote."""

    model_outputs: tuple[ModelOutput, ...] = ()


class RunMessage(Struct, kw_only=True, frozen=True):
    """A run, whole. Servers other than ours leave parts out that are empty."""

    info: RunInfoMessage
    data: RunDataMessage = RunDataMessage()
    inputs: RunInputsMessage = RunInputsMessage()
    outputs: RunOutputsMessage = RunOutputsMessage()


class RunText(Struct, kw_only=True, frozen=True, gc=False):
    """The same, where most of it is JSON already."""

    info: RunInfoMessage
    data: Raw
    inputs: Raw
    outputs: Raw


class RunResponse(Struct, kw_only=True, frozen=True):
    """One run."""

    run: RunMessage


class UpdateRunResponse(Struct, kw_only=True, frozen=True):
    """The run as it now stands."""

    run_info: RunInfoMessage


class SearchRunsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of runs."""

    runs: tuple[RunMessage, ...] = ()
    next_page_token: str | None = None


class RunTextsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A `SearchRunsResponse` of such runs."""

    runs: tuple[RunText, ...] = ()
    next_page_token: str | None = None


def run_message(run: Run) -> RunMessage:
    """Show a run."""
    return RunMessage(
        info=run_info_message(run.info),
        data=RunDataMessage(
            metrics=tuple(metric_message(metric) for metric in run.data.metrics),
            params=run.data.params,
            tags=run.data.tags,
        ),
        inputs=inputs_message(run.inputs),
        outputs=_outputs_message(run.outputs),
    )


def run_text(message: RunMessage) -> RunText:
    """Write a run, all but its head."""
    return RunText(
        info=message.info,
        data=Raw(json.encode(message.data)),
        inputs=Raw(json.encode(message.inputs)),
        outputs=Raw(json.encode(message.outputs)),
    )


def run_info_message(info: RunInfo) -> RunInfoMessage:
    """Show a run's head; a run that was lost is shown as failed, since stock clients know no other word for it."""
    return RunInfoMessage(
        run_uuid=info.run_id,
        experiment_id=info.experiment_id,
        run_name=info.run_name,
        user_id=info.user_id,
        status=shown_status(info.status),
        start_time=info.start_time,
        end_time=info.end_time,
        artifact_uri=info.artifact_uri,
        lifecycle_stage=info.lifecycle_stage.value,
        run_id=info.run_id,
        lost=info.status is RunStatus.LOST,
        owner=info.owner,
    )


def inputs_message(inputs: RunInputs) -> RunInputsMessage:
    """Show what a run read."""
    return RunInputsMessage(
        dataset_inputs=tuple(_dataset_message(item) for item in inputs.dataset_inputs), model_inputs=inputs.model_inputs
    )


def _dataset_message(item: DatasetInput) -> DatasetInputMessage:
    return DatasetInputMessage(
        dataset=DatasetMessage(
            name=item.dataset.name,
            digest=item.dataset.digest,
            source_type=item.dataset.source_type,
            source=item.dataset.source,
            schema=item.dataset.schema,
            profile=item.dataset.profile,
        ),
        tags=item.tags,
    )


def _outputs_message(outputs: RunOutputs) -> RunOutputsMessage:
    return RunOutputsMessage(model_outputs=outputs.model_outputs)

"""Requests of `runs/` that add to a run. All are answered with an empty object."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import DatasetInput, Metric, ModelInput, ModelOutput, Param, Tag
from mlplat_cli.wire.codec import Int64


class LogMetric(Struct, kw_only=True, frozen=True):
    """One point of a metric."""

    key: str
    value: float
    timestamp: Int64
    step: Int64 = 0
    run_id: str = ""
    run_uuid: str = ""
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogParam(Struct, kw_only=True, frozen=True):
    """One parameter."""

    key: str
    value: str
    run_id: str = ""
    run_uuid: str = ""


class SetTag(Struct, kw_only=True, frozen=True):
    """One tag."""

    key: str
    value: str
    run_id: str = ""
    run_uuid: str = ""


class DeleteTag(Struct, kw_only=True, frozen=True):
    """Remove one tag."""

    key: str
    run_id: str = ""
    run_uuid: str = ""


class LogBatch(Struct, kw_only=True, frozen=True):
    """Many of each, all or nothing."""

    run_id: str = ""
    run_uuid: str = ""
    metrics: tuple[Metric, ...] = ()
    params: tuple[Param, ...] = ()
    tags: tuple[Tag, ...] = ()


class LogModel(Struct, kw_only=True, frozen=True):
    """The older way to say that a run logged a model; `model_json` is what its MLmodel file holds, as JSON."""

    model_json: str
    run_id: str = ""
    run_uuid: str = ""


class LogInputs(Struct, kw_only=True, frozen=True):
    """What a run read."""

    run_id: str = ""
    run_uuid: str = ""
    datasets: tuple[DatasetInput, ...] = ()
    models: tuple[ModelInput, ...] = ()


class LogOutputs(Struct, kw_only=True, frozen=True):
    """Models that a run wrote."""

    run_id: str = ""
    run_uuid: str = ""
    models: tuple[ModelOutput, ...] = ()

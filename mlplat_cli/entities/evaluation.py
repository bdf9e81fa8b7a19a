"""What evaluations of generative models are made of: datasets of examples, and scorers."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mlplat_cli.entities.tag import Tag


class RecordSource(Struct, frozen=True, kw_only=True):
    """Where a record comes from.

    Args:
        source_type: UNSPECIFIED, TRACE, HUMAN, DOCUMENT or CODE.
        source_data: what identifies it, such as `{"trace_id": "tr-…"}`.
    """

    source_type: str
    source_data: dict[str, Any] = {}


class NewEvaluationRecord(Struct, frozen=True, kw_only=True):
    """An example as a caller gives it; `outputs` is any JSON value, None when there is none."""

    inputs: dict[str, Any] = {}
    outputs: Any = None
    expectations: dict[str, Any] = {}
    tags: dict[str, str] = {}
    source: RecordSource | None = None


class EvaluationRecord(Struct, frozen=True, kw_only=True):
    """An example that is kept; its inputs are what tells it from the dataset's other ones."""

    dataset_record_id: str
    dataset_id: str
    inputs: dict[str, Any]
    outputs: Any
    expectations: dict[str, Any]
    tags: dict[str, str]
    source: RecordSource | None
    created_time: int
    last_update_time: int
    created_by: str | None = None
    last_updated_by: str | None = None


class EvaluationDataset(Struct, frozen=True, kw_only=True):
    """A named set of examples; several may bear one name.

    Args:
        digest: 8 hex digits that change with the records.
        fields: the JSON types of what records hold, by part (inputs, outputs, expectations) and key; empty until
            there was a record.
        records: how many there are.
        experiment_ids: the experiments that it belongs to.
    """

    dataset_id: str
    name: str
    digest: str
    created_time: int
    last_update_time: int
    created_by: str | None = None
    last_updated_by: str | None = None
    fields: dict[str, dict[str, str]] = {}
    records: int = 0
    tags: tuple[Tag, ...] = ()
    experiment_ids: tuple[str, ...] = ()


class Scorer(Struct, frozen=True, kw_only=True):
    """One version of a scorer of an experiment; `serialized` is JSON that only its client reads."""

    scorer_id: str
    experiment_id: str
    name: str
    version: int
    serialized: str
    creation_time: int


class DatasetSummary(Struct, frozen=True, kw_only=True):
    """A dataset that runs of an experiment read; `context` is the input's tag mlflow.data.context."""

    experiment_id: str
    name: str
    digest: str
    context: str | None = None

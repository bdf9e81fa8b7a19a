"""Requests and responses of `experiments/`."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Experiment, Tag
from mlplat_cli.wire import limits
from mlplat_cli.wire.codec import Int64


class CreateExperiment(Struct, kw_only=True, frozen=True):
    """Make an experiment."""

    name: str
    artifact_location: str = ""
    tags: tuple[Tag, ...] = ()


class ExperimentId(Struct, kw_only=True, frozen=True):
    """Name an experiment by its id: get, delete and restore."""

    experiment_id: str


class ExperimentName(Struct, kw_only=True, frozen=True):
    """Name an experiment by its name."""

    experiment_name: str


class SearchExperiments(Struct, kw_only=True, frozen=True):
    """List experiments; MLflow demands `max_results`."""

    max_results: Int64 = 0
    page_token: str = ""
    filter: str = ""
    order_by: tuple[str, ...] = ()
    view_type: str | int | None = None


class ListExperiments(SearchExperiments, kw_only=True, frozen=True):
    """List experiments as clients of MLflow 1 do, which ask for one page and take it for all there are."""

    max_results: Int64 = limits.SEARCH_EXPERIMENTS


class UpdateExperiment(Struct, kw_only=True, frozen=True):
    """Rename an experiment."""

    experiment_id: str
    new_name: str = ""


class SetExperimentTag(Struct, kw_only=True, frozen=True):
    """Set a tag of an experiment."""

    experiment_id: str
    key: str
    value: str


class DeleteExperimentTag(Struct, kw_only=True, frozen=True):
    """Remove a tag of an experiment."""

    experiment_id: str
    key: str


class ExperimentMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An experiment; MLflow 1 kept no times."""

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    last_update_time: int | None = None
    creation_time: int | None = None
    tags: tuple[Tag, ...] = ()


class CreateExperimentResponse(Struct, kw_only=True, frozen=True):
    """The new experiment's id."""

    experiment_id: str


class ExperimentResponse(Struct, kw_only=True, frozen=True):
    """One experiment."""

    experiment: ExperimentMessage


class SearchExperimentsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of experiments."""

    experiments: tuple[ExperimentMessage, ...] = ()
    next_page_token: str | None = None


def experiment_message(experiment: Experiment) -> ExperimentMessage:
    """Show an experiment."""
    return ExperimentMessage(
        experiment_id=experiment.experiment_id,
        name=experiment.name,
        artifact_location=experiment.artifact_location,
        lifecycle_stage=experiment.lifecycle_stage.value,
        last_update_time=experiment.last_update_time,
        creation_time=experiment.creation_time,
        tags=experiment.tags,
    )

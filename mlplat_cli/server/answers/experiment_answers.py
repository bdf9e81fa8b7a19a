"""Answers `experiments/`."""

from __future__ import annotations

from mlplat_cli.entities import Tag
from mlplat_cli.errors import NotFoundError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.enums import view_type
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.experiment import (
    CreateExperiment,
    CreateExperimentResponse,
    DeleteExperimentTag,
    ExperimentId,
    ExperimentName,
    ExperimentResponse,
    SearchExperiments,
    SearchExperimentsResponse,
    SetExperimentTag,
    UpdateExperiment,
    experiment_message,
)


def create_experiment(service: Service, request: CreateExperiment) -> CreateExperimentResponse:
    """Make an experiment."""
    experiment = service.store.create_experiment(
        request.name,
        request.artifact_location or None,
        [limits.experiment_tag(tag) for tag in request.tags],
    )
    return CreateExperimentResponse(experiment_id=experiment.experiment_id)


def get_experiment(service: Service, request: ExperimentId) -> ExperimentResponse:
    """Look one up by id."""
    experiment = service.store.get_experiment(limits.experiment_id(request.experiment_id))
    return ExperimentResponse(experiment=experiment_message(experiment))


def find_experiment(service: Service, request: ExperimentName) -> ExperimentResponse:
    """Look one up by name, deleted ones included."""
    experiment = service.store.find_experiment(limits.required("experiment_name", request.experiment_name))
    if experiment is None:
        raise NotFoundError(f"no experiment is named {request.experiment_name!r}")
    return ExperimentResponse(experiment=experiment_message(experiment))


def search_experiments(service: Service, request: SearchExperiments) -> SearchExperimentsResponse:
    """List experiments."""
    page = service.store.search_experiments(
        filter=request.filter or None,
        view=view_type(request.view_type),
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_EXPERIMENTS),
        page_token=request.page_token or None,
    )
    return SearchExperimentsResponse(
        experiments=tuple(experiment_message(item) for item in page.items), next_page_token=page.token
    )


def rename_experiment(service: Service, request: UpdateExperiment) -> EmptyResponse:
    """Give an experiment another name; without one nothing changes."""
    experiment_id = limits.experiment_id(request.experiment_id)
    if request.new_name:
        service.store.rename_experiment(experiment_id, request.new_name)
    return EmptyResponse()


def delete_experiment(service: Service, request: ExperimentId) -> EmptyResponse:
    """Put an experiment in the bin."""
    service.store.delete_experiment(limits.experiment_id(request.experiment_id))
    return EmptyResponse()


def restore_experiment(service: Service, request: ExperimentId) -> EmptyResponse:
    """Bring an experiment back."""
    service.store.restore_experiment(limits.experiment_id(request.experiment_id))
    return EmptyResponse()


def set_experiment_tag(service: Service, request: SetExperimentTag) -> EmptyResponse:
    """Set a tag."""
    tag = limits.experiment_tag(Tag(request.key, request.value))
    service.store.set_experiment_tag(limits.experiment_id(request.experiment_id), tag)
    return EmptyResponse()


def delete_experiment_tag(service: Service, request: DeleteExperimentTag) -> EmptyResponse:
    """Remove a tag."""
    service.store.delete_experiment_tag(limits.experiment_id(request.experiment_id), request.key)
    return EmptyResponse()

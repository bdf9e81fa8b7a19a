"""Answers `scorers/`."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire import json_text, limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.scorer import (
    ListScorers,
    ListScorerVersions,
    OnlineConfigs,
    OnlineConfigsResponse,
    RegisterScorer,
    RegisterScorerResponse,
    ScorerResponse,
    ScorersResponse,
    ScorerVersion,
    scorer_message,
)


def register_scorer(service: Service, request: RegisterScorer) -> RegisterScorerResponse:
    """Add a version."""
    experiment_id, name = limits.experiment_id(request.experiment_id), limits.scorer_name(request.name)
    json_text.parse("serialized_scorer", limits.required("serialized_scorer", request.serialized_scorer))
    made = service.store.register_scorer(experiment_id, name, request.serialized_scorer)
    return RegisterScorerResponse(
        version=made.version,
        scorer_id=made.scorer_id,
        experiment_id=made.experiment_id,
        name=made.name,
        serialized_scorer=made.serialized,
        creation_time=made.creation_time,
    )


def list_scorers(service: Service, request: ListScorers) -> ScorersResponse:
    """Return the newest versions; an experiment that is named alone must be there."""
    ids = [limits.experiment_id(each) for each in request.experiment_ids]
    if request.experiment_id:
        ids.append(service.store.get_experiment(limits.experiment_id(request.experiment_id)).experiment_id)
    return ScorersResponse(scorers=tuple(scorer_message(each) for each in service.store.list_scorers(ids)))


def scorer_versions(service: Service, request: ListScorerVersions) -> ScorersResponse:
    """Return all versions of one."""
    found = service.store.scorer_versions(
        limits.experiment_id(request.experiment_id), limits.required("name", request.name)
    )
    return ScorersResponse(scorers=tuple(scorer_message(each) for each in found))


def get_scorer(service: Service, request: ScorerVersion) -> ScorerResponse:
    """Look a version up."""
    return ScorerResponse(scorer=scorer_message(service.store.get_scorer(*_named(request))))


def delete_scorer(service: Service, request: ScorerVersion) -> EmptyResponse:
    """Remove a version, or all."""
    service.store.delete_scorer(*_named(request))
    return EmptyResponse()


def scorer_online_configs(service: Service, request: OnlineConfigs) -> OnlineConfigsResponse:
    """Say that none judges traces as they come."""
    return OnlineConfigsResponse()


def _named(request: ScorerVersion) -> tuple[str, str, int | None]:
    return limits.experiment_id(request.experiment_id), limits.required("name", request.name), request.version

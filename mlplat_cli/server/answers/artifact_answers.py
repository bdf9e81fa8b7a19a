"""Answers `artifacts/list`."""

from __future__ import annotations

from mlplat_cli.artifacts import open_location
from mlplat_cli.server.answers.run_answers import named_run
from mlplat_cli.server.service import Service
from mlplat_cli.wire.messages.artifact import ListArtifacts, ListArtifactsResponse, file_message


def list_artifacts(service: Service, request: ListArtifacts) -> ListArtifactsResponse:
    """List one folder of a run's artifacts."""
    uri = service.store.get_run(named_run(request)).info.artifact_uri
    return listing(service, uri, request.path)


def listing(service: Service, uri: str, path: str) -> ListArtifactsResponse:
    """List one folder below an artifact address; NotFoundError when there is none."""
    files = open_location(uri, service.home).list(path)
    return ListArtifactsResponse(root_uri=uri, files=tuple(file_message(info) for info in files))

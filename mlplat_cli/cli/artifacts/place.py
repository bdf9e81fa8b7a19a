"""Where the artifacts of a run lie, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlplat_cli.artifacts.location import open_location
from mlplat_cli.tracking.finding import find_run

if TYPE_CHECKING:
    from mlplat_cli.artifacts.repository import ArtifactRepository
    from mlplat_cli.tracking.session import TrackingSession


def artifacts_of(session: TrackingSession, reference: str) -> ArtifactRepository:
    """Return the place of a run's artifacts; NotFoundError when there is no such run."""
    return open_location(find_run(session.store, reference).info.artifact_uri, session.address.home)

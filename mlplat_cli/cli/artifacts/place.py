"""What a run stored, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlplat_cli.tracking.finding import find_run
from mlplat_cli.tracking.run_artifacts import RunArtifacts

if TYPE_CHECKING:
    from mlplat_cli.tracking.session import TrackingSession


def artifacts_of(session: TrackingSession, reference: str) -> RunArtifacts:
    """Return a run's artifacts and models; NotFoundError when there is no such run."""
    return RunArtifacts(session, find_run(session.store, reference))

"""Which experiment a run goes to. In: what the request names. Out: its id and where its artifacts lie.

The Default experiment needs no look-up, so that the usual run does not wait for the store to open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, StoreError
from mlplat_cli.settings.address import StoreAddress

if TYPE_CHECKING:
    from mlplat_cli.entities import Experiment
    from mlplat_cli.store.interface import Store

DEFAULT_EXPERIMENT_ID = "0"
DEFAULT_EXPERIMENT_NAME = "Default"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a run belongs.

    Args:
        experiment_id: None where only its name is known, since the server that has the store is away.
        name: empty where only the id is known. artifact_location: of the experiment; empty where that is not known.
    """

    experiment_id: str | None
    name: str
    artifact_location: str = ""

    def artifact_uri(self, run_id: str) -> str:
        """Return where the artifacts of a run of this experiment lie."""
        return f"{self.artifact_location}/{run_id}/artifacts"


def find_target(address: StoreAddress, name: str | None, experiment_id: str | None) -> Target:
    """Find the experiment by name (made when it is new) or by id; the Default one when neither is given.

    Raises:
        NotFoundError: no experiment has the id. InvalidInputError: it is deleted, or both are given.
        StoreError: a store of this machine cannot be opened.
    """
    if name and experiment_id:
        raise InvalidInputError("--experiment-name and --experiment-id are both given", hint="give one of them")
    if not name and (experiment_id or DEFAULT_EXPERIMENT_ID) == DEFAULT_EXPERIMENT_ID:
        return Target(DEFAULT_EXPERIMENT_ID, DEFAULT_EXPERIMENT_NAME, f"mlflow-artifacts:/{DEFAULT_EXPERIMENT_ID}")
    from mlplat_cli.entities import LifecycleStage
    from mlplat_cli.tracking.session import TrackingSession

    try:
        with TrackingSession(address) as session:
            store = session.store
            experiment = _by_name(store, name) if name else store.get_experiment(str(experiment_id))
    except StoreError:
        if not address.is_remote:
            raise
        return Target(experiment_id, name or "")
    if experiment.lifecycle_stage is LifecycleStage.DELETED:
        raise InvalidInputError(
            f"experiment {experiment.name!r} is deleted",
            hint=f"bring it back with: mlplat experiments restore {experiment.experiment_id}",
        )
    return Target(experiment.experiment_id, experiment.name, experiment.artifact_location)


def _by_name(store: Store, name: str) -> Experiment:
    found = store.find_experiment(name)
    if found is not None:
        return found
    try:
        return store.create_experiment(name)
    except AlreadyExistsError:  # by another run that started at the same moment
        found = store.find_experiment(name)
        assert found is not None
        return found

"""A store, by every call of its protocol. In: a tracking URI. Out: `MlplatClient`, with the methods of `MlflowClient`.

`experiments`, `runs`, `values`, `artifacts`, `logged_models`, `registry` and `model_versions` hold one noun's calls
each; all of them ask through `mlplat.reader`, so that a local store and a server answer alike.
"""

from __future__ import annotations

from typing import Any, Optional

from mlplat.client.artifacts import ArtifactCalls
from mlplat.client.experiments import ExperimentCalls
from mlplat.client.logged_models import LoggedModelCalls
from mlplat.client.model_versions import ModelVersionCalls
from mlplat.client.values import ValueCalls
from mlplat.location import get_tracking_uri

__all__ = ["MlflowClient", "MlplatClient"]


class MlplatClient(ExperimentCalls, ArtifactCalls, ValueCalls, LoggedModelCalls, ModelVersionCalls):
    """Everything that a store is asked; a call returns when the store has answered.

    Args:
        tracking_uri: a folder, `sqlite:///file.db`, a database, or the `http(s)://` address of a server; the store
            that this process logs to unless given.
        registry_uri: accepted for MLflow's sake; the registry is in the same store.

    Raises:
        MlplatException: registry_uri names another store. From every method: the store cannot be reached or read, or
            it refuses; `error_code` is the protocol's.
    """

    def __init__(self, tracking_uri: Optional[str] = None, registry_uri: Optional[str] = None) -> None:
        super().__init__(tracking_uri)
        if registry_uri not in (None, tracking_uri, self.tracking_uri):
            from mlplat.exceptions import MlplatException

            raise MlplatException(f"the registry is in the store {self.tracking_uri}, not at {registry_uri!r}")

    @property
    def tracking_uri(self) -> str:
        """The store that is asked."""
        return self._tracking_uri or get_tracking_uri()

    def __getattr__(self, name: str) -> Any:
        """Say of MLflow's other methods what to do without them."""
        raise AttributeError(f"MlplatClient has no {name!r}; mlflow.MlflowClient has it and talks to `mlplat server`")


MlflowClient = MlplatClient
"""The name by which ported code imports it."""

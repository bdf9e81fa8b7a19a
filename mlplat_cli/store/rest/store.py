"""The REST store, whole. In: a server's address. Out: a `Store` made of the parts that each know one noun."""

from __future__ import annotations

from mlplat_cli.artifacts.address import PROXIED, split_address
from mlplat_cli.errors import NotSupportedError
from mlplat_cli.store.rest.artifacts import RestRepository
from mlplat_cli.store.rest.assessments import RestAssessments
from mlplat_cli.store.rest.changes import RestChanges
from mlplat_cli.store.rest.evaluation_datasets import RestEvaluationDatasets
from mlplat_cli.store.rest.experiments import RestExperiments
from mlplat_cli.store.rest.gates import RestGates
from mlplat_cli.store.rest.intake import RestIntake
from mlplat_cli.store.rest.journals import RestJournals
from mlplat_cli.store.rest.logged_models import RestLoggedModels
from mlplat_cli.store.rest.model_versions import RestModelVersions
from mlplat_cli.store.rest.registered_models import RestRegisteredModels
from mlplat_cli.store.rest.run_data import RestRunData
from mlplat_cli.store.rest.runs import RestRuns
from mlplat_cli.store.rest.scorers import RestScorers
from mlplat_cli.store.rest.traces import RestTraces
from mlplat_cli.store.rest.views import RestViews
from mlplat_cli.store.rest.webhooks import RestWebhooks


class RestStore(
    RestExperiments,
    RestRuns,
    RestRunData,
    RestJournals,
    RestLoggedModels,
    RestRegisteredModels,
    RestModelVersions,
    RestGates,
    RestEvaluationDatasets,
    RestScorers,
    RestTraces,
    RestAssessments,
    RestWebhooks,
    RestIntake,
    RestViews,
    RestChanges,
):
    """A `Store` behind a server of the protocol; may be used by several threads."""

    def artifacts(self, uri: str) -> RestRepository:
        """Open the place that an artifact address names.

        Raises:
            NotSupportedError: it is none of the server's own, `mlflow-artifacts:/…`.
        """
        address = split_address(uri)
        if address.scheme != PROXIED:
            raise NotSupportedError(
                f"artifacts at {address.scheme or 'file'}: addresses are not reached through {self._connection.uri}",
                hint="only mlflow-artifacts: addresses are, which a server hands out itself",
            )
        return RestRepository(self._connection, address.path.strip("/"))

    def close(self) -> None:
        """Give connections back; the store is not used afterwards."""
        self._connection.close()

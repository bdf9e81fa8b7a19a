"""The REST store, whole. In: a server's address. Out: a `Store` made of the parts that each know one noun."""

from __future__ import annotations

from mlplat_cli.store.rest.assessments import RestAssessments
from mlplat_cli.store.rest.evaluation_datasets import RestEvaluationDatasets
from mlplat_cli.store.rest.experiments import RestExperiments
from mlplat_cli.store.rest.intake import RestIntake
from mlplat_cli.store.rest.journals import RestJournals
from mlplat_cli.store.rest.logged_models import RestLoggedModels
from mlplat_cli.store.rest.model_versions import RestModelVersions
from mlplat_cli.store.rest.registered_models import RestRegisteredModels
from mlplat_cli.store.rest.run_data import RestRunData
from mlplat_cli.store.rest.runs import RestRuns
from mlplat_cli.store.rest.scorers import RestScorers
from mlplat_cli.store.rest.traces import RestTraces


class RestStore(
    RestExperiments,
    RestRuns,
    RestRunData,
    RestJournals,
    RestLoggedModels,
    RestRegisteredModels,
    RestModelVersions,
    RestEvaluationDatasets,
    RestScorers,
    RestTraces,
    RestAssessments,
    RestIntake,
):
    """A `Store` behind a server of the protocol; may be used by several threads."""

    def close(self) -> None:
        """Give connections back; the store is not used afterwards."""
        self._connection.close()

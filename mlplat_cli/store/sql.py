"""The SQL store, whole. In: a database. Out: a `Store` made of the parts that each know one noun."""

from __future__ import annotations

from mlplat_cli.store.assessments import SqlAssessments
from mlplat_cli.store.changes import SqlChanges
from mlplat_cli.store.columns import SqlColumns
from mlplat_cli.store.dataset_records import SqlDatasetRecords
from mlplat_cli.store.dataset_summaries import SqlDatasetSummaries
from mlplat_cli.store.disposal import SqlDisposal
from mlplat_cli.store.evaluation_datasets import SqlEvaluationDatasets
from mlplat_cli.store.experiments import SqlExperiments
from mlplat_cli.store.gates import SqlGates
from mlplat_cli.store.inputs import SqlInputs
from mlplat_cli.store.intake_addresses import SqlAddressIntake
from mlplat_cli.store.intake_evaluations import SqlEvaluationIntake
from mlplat_cli.store.intake_experiments import SqlExperimentIntake
from mlplat_cli.store.intake_models import SqlModelIntake
from mlplat_cli.store.intake_registry import SqlRegistryIntake
from mlplat_cli.store.intake_runs import SqlRunIntake
from mlplat_cli.store.journals import SqlJournals
from mlplat_cli.store.logged_models import SqlLoggedModels
from mlplat_cli.store.metric_history import SqlMetrics
from mlplat_cli.store.model_aliases import SqlModelAliases
from mlplat_cli.store.model_versions import SqlModelVersions
from mlplat_cli.store.registered_models import SqlRegisteredModels
from mlplat_cli.store.registry_history import SqlRegistryHistory
from mlplat_cli.store.run_data import SqlRunData
from mlplat_cli.store.runs import SqlRuns
from mlplat_cli.store.scorers import SqlScorers
from mlplat_cli.store.search_evaluation_datasets import SqlEvaluationDatasetSearch
from mlplat_cli.store.search_experiments import SqlExperimentSearch
from mlplat_cli.store.search_logged_models import SqlLoggedModelSearch
from mlplat_cli.store.search_registry import SqlRegistrySearch
from mlplat_cli.store.search_runs import SqlRunSearch
from mlplat_cli.store.search_traces import SqlTraceSearch
from mlplat_cli.store.series import SqlSeries
from mlplat_cli.store.trace_metrics import SqlTraceMetrics
from mlplat_cli.store.trace_spans import SqlSpans
from mlplat_cli.store.traces import SqlTraces
from mlplat_cli.store.webhook_deliveries import SqlDeliveries
from mlplat_cli.store.webhooks import SqlWebhooks


class SqlStore(
    SqlExperiments,
    SqlExperimentSearch,
    SqlRuns,
    SqlRunData,
    SqlRunSearch,
    SqlInputs,
    SqlMetrics,
    SqlSeries,
    SqlColumns,
    SqlChanges,
    SqlJournals,
    SqlLoggedModels,
    SqlLoggedModelSearch,
    SqlRegisteredModels,
    SqlModelVersions,
    SqlModelAliases,
    SqlRegistryHistory,
    SqlGates,
    SqlRegistrySearch,
    SqlTraces,
    SqlSpans,
    SqlTraceSearch,
    SqlTraceMetrics,
    SqlAssessments,
    SqlDisposal,
    SqlEvaluationDatasets,
    SqlEvaluationDatasetSearch,
    SqlDatasetRecords,
    SqlDatasetSummaries,
    SqlScorers,
    SqlWebhooks,
    SqlDeliveries,
    SqlExperimentIntake,
    SqlRunIntake,
    SqlModelIntake,
    SqlRegistryIntake,
    SqlEvaluationIntake,
    SqlAddressIntake,
):
    """A `Store` in a SQL database; may be used by several threads."""

    def close(self) -> None:
        """Give back connections and memory; the store is not used afterwards, or begins anew."""
        self.forget_answers()
        self._database.close()

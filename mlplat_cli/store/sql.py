"""The SQL store, whole. In: a database. Out: a `Store` made of the parts that each know one noun."""

from __future__ import annotations

from mlplat_cli.store.experiments import SqlExperiments
from mlplat_cli.store.inputs import SqlInputs
from mlplat_cli.store.journals import SqlJournals
from mlplat_cli.store.metric_history import SqlMetrics
from mlplat_cli.store.run_data import SqlRunData
from mlplat_cli.store.runs import SqlRuns


class SqlStore(SqlExperiments, SqlRuns, SqlRunData, SqlInputs, SqlMetrics, SqlJournals):
    """A `Store` in a SQL database; may be used by several threads."""

    def close(self) -> None:
        """Give connections back; the store is not used afterwards."""
        self._database.close()

"""The datasets of runs, as lists show them. In: experiments. Out: `DatasetSummary` values."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select

from mlplat_cli.entities import DatasetSummary
from mlplat_cli.store.dialects import among
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.tables import dataset_input_tags, dataset_inputs, datasets, runs

CONTEXT_TAG = "mlflow.data.context"


class SqlDatasetSummaries(SqlPart):
    """Summaries of the datasets of a SQL store."""

    def search_datasets(self, experiment_ids: Sequence[str]) -> Sequence[DatasetSummary]:
        """Return what active runs of experiments read, each dataset and context once, by experiment and name."""
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        inputs, tags = dataset_inputs.c, dataset_input_tags.c
        context = and_(tags.run == inputs.run, tags.dataset == inputs.dataset, tags.key == CONTEXT_TAG)
        source = dataset_inputs.join(runs, runs.c.id == inputs.run).join(datasets, datasets.c.id == inputs.dataset)
        query = (
            select(runs.c.experiment, datasets.c.name, datasets.c.digest, tags.value)
            .select_from(source.outerjoin(dataset_input_tags, context))
            .where(among(runs.c.experiment, numbers), runs.c.deleted == 0)
            .distinct()
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        found = [
            DatasetSummary(experiment_id=str(experiment), name=name, digest=digest, context=value)
            for experiment, name, digest, value in rows
        ]
        return sorted(found, key=lambda each: (int(each.experiment_id), each.name, each.digest, each.context or ""))

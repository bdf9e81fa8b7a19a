"""Searching evaluation datasets. In: filter and order texts. Out: pages of datasets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from mlplat_cli.entities import EvaluationDataset, Page
from mlplat_cli.search import EVALUATION_DATASET, Field, parse_filter, parse_order
from mlplat_cli.store.dialects import among
from mlplat_cli.store.evaluation_datasets import read_datasets
from mlplat_cli.store.evaluation_tables import (
    evaluation_dataset_experiments,
    evaluation_dataset_tags,
    evaluation_datasets,
)
from mlplat_cli.store.filters import Keyed, Searched, condition
from mlplat_cli.store.ordering import Term, fetch_page, ordering
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, experiment_number

_COLUMNS = evaluation_datasets.c
_NEWEST_FIRST = (Term(_COLUMNS.created_time, descending=True), Term(_COLUMNS.dataset_id))


class SqlEvaluationDatasetSearch(SqlPart):
    """Search among the evaluation datasets of a SQL store."""

    def search_evaluation_datasets(
        self,
        *,
        experiment_ids: Sequence[str] = (),
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[EvaluationDataset]:
        """Find datasets, of any experiment when none is named, newest first unless ordered otherwise."""
        tree, keys = parse_filter(filter, EVALUATION_DATASET), parse_order(order_by, EVALUATION_DATASET)
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        order = ordering(keys, _DATASETS, _NEWEST_FIRST)
        query = select(evaluation_datasets).where(*condition(tree, _DATASETS))
        if numbers:
            links = evaluation_dataset_experiments.c
            theirs = select(links.dataset).where(among(links.experiment, numbers))
            query = query.where(_COLUMNS.id.in_(theirs))
        listing = listing_name("evaluation datasets", numbers, filter, list(order_by))
        with self._database.read() as connection:
            rows, token = fetch_page(connection, query, order, listing=listing, size=max_results, token=page_token)
            return Page(read_datasets(connection, [row._mapping for row in rows]), token)


def _tag(field: Field) -> Keyed:
    tags = evaluation_dataset_tags.alias()
    return Keyed(tags, tags.c.dataset, _COLUMNS.id, tags.c.value, of_key=tags.c.key == field.key)


_DATASETS = Searched(
    EVALUATION_DATASET,
    {
        "name": _COLUMNS.name,
        "created_time": _COLUMNS.created_time,
        "last_update_time": _COLUMNS.last_update_time,
        "created_by": _COLUMNS.created_by,
        "last_updated_by": _COLUMNS.last_updated_by,
    },
    _tag,
    optional=frozenset({"created_by", "last_updated_by"}),
)

"""Searching experiments. In: filter and order texts. Out: pages of experiments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, cast, select

from mlplat_cli.entities import Experiment, Page, ViewType
from mlplat_cli.search import EXPERIMENT, Field, parse_filter, parse_order
from mlplat_cli.store.experiments import with_tags
from mlplat_cli.store.filters import Keyed, Searched, condition
from mlplat_cli.store.ordering import Term, fetch_page, ordering
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, in_view
from mlplat_cli.store.tables import experiment_tags, experiments

_COLUMNS = experiments.c
_NEWEST_FIRST = (Term(_COLUMNS.creation_time, descending=True), Term(_COLUMNS.id))
_BY_NUMBER = {
    "name": _COLUMNS.name,
    "experiment_id": _COLUMNS.id,
    "creation_time": _COLUMNS.creation_time,
    "last_update_time": _COLUMNS.last_update_time,
}


class SqlExperimentSearch(SqlPart):
    """Search among the experiments of a SQL store."""

    def search_experiments(
        self,
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Experiment]:
        """List experiments, newest first unless ordered otherwise; FilterError for a bad filter."""
        tree, keys = parse_filter(filter, EXPERIMENT), parse_order(order_by, EXPERIMENT)
        # An id is compared as the text that it is in the protocol, and sorted as the number that it is.
        searched = Searched(EXPERIMENT, _BY_NUMBER | {"experiment_id": cast(_COLUMNS.id, String(20))}, _tag)
        order = ordering(keys, Searched(EXPERIMENT, _BY_NUMBER, _tag), _NEWEST_FIRST)
        query = select(experiments).where(*in_view(_COLUMNS.deleted, view), *condition(tree, searched))
        listing = listing_name("experiments", filter, view.value, list(order_by))
        with self._database.read() as connection:
            rows, token = fetch_page(connection, query, order, listing=listing, size=max_results, token=page_token)
            return Page(with_tags(connection, [row._mapping for row in rows]), token)


def _tag(field: Field) -> Keyed:
    tags = experiment_tags.alias()
    return Keyed(tags, tags.c.experiment, _COLUMNS.id, tags.c.value, of_key=tags.c.key == field.key)

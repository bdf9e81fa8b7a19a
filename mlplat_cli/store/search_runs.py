"""Searching runs. In: filter and order texts. Out: pages of whole runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from mlplat_cli.entities import Page, Run, ViewType
from mlplat_cli.search import RUN, Field, FieldKind, parse_filter, parse_order
from mlplat_cli.store.database import Database
from mlplat_cli.store.dialects import among
from mlplat_cli.store.filters import Keyed, Searched, condition
from mlplat_cli.store.names import Names
from mlplat_cli.store.ordering import Term, fetch_page, ordering
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, experiment_number, in_view
from mlplat_cli.store.run_reading import read_runs
from mlplat_cli.store.run_texts import RunTexts
from mlplat_cli.store.search_plans import SearchPlan, SearchPlans
from mlplat_cli.store.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    metric_summaries,
    params,
    run_tags,
    runs,
)
from mlplat_cli.wire.messages.run import RunText

T = TypeVar("T")

_CONTEXT = "mlflow.data.context"
_FEW = 200
"""Found runs that are sorted as quickly as an index gives them."""

_NEWEST_FIRST = (Term(runs.c.start_time, descending=True), Term(runs.c.run_id))


class SqlRunSearch(SqlPart):
    """Search among the runs of a SQL store."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.forget_answers()

    def forget_answers(self) -> None:
        """Give back the memory of what would make the next searches fast."""
        self._texts, self._plans = RunTexts(), SearchPlans()

    def search_runs(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Run]:
        """Find runs, newest first unless ordered otherwise; FilterError for a bad filter."""
        return self._search(
            read_runs, experiment_ids, filter, view, order_by, max_results=max_results, page_token=page_token
        )

    def search_run_texts(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[RunText]:
        """Find the same runs, each as the protocol's JSON shows it."""
        return self._search(
            self._texts.read, experiment_ids, filter, view, order_by, max_results=max_results, page_token=page_token
        )

    def _search(
        self,
        read: Callable[[Connection, Names, Sequence[RowMapping]], list[T]],
        experiment_ids: Sequence[str],
        filter: str | None,
        view: ViewType,
        order_by: Sequence[str],
        *,
        max_results: int,
        page_token: str | None,
    ) -> Page[T]:
        question = (tuple(experiment_ids), filter, view, tuple(order_by))
        plan = self._plans.find(question)
        tree, keys = (None, []) if plan else (parse_filter(filter, RUN), parse_order(order_by, RUN))
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        if not numbers:
            return Page([])
        listing = listing_name("runs", numbers, filter, view.value, list(order_by))
        with self._database.read() as connection:
            if plan is None:
                unknown: list[str] = []
                searched = _searched(connection, self._names, unknown)
                order = ordering(keys, searched, _NEWEST_FIRST)
                those = of_experiments(numbers), *in_view(runs.c.deleted, view), *condition(tree, searched)
                plan = SearchPlan(select(runs).select_from(order.join(runs)).where(*those), order)
                if not unknown:
                    self._plans.keep(question, plan)
            rows, token = fetch_page(
                connection, plan.query, plan.order, listing=listing, size=max_results, token=page_token
            )
            is_all = page_token is None and token is None
            if plan.order.terms and is_all and len(rows) <= _FEW and self._plans.find(question) is plan:
                self._plans.keep(question, SearchPlan(plan.query, plan.order.in_one_phase()))
            return Page(read(connection, self._names, [row._mapping for row in rows]), token)

    def count_runs(
        self, experiment_ids: Sequence[str], *, filter: str | None = None, view: ViewType = ViewType.ACTIVE_ONLY
    ) -> int:
        """Count the runs that a search finds, on all its pages; FilterError for a bad filter."""
        tree = parse_filter(filter, RUN)
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        with self._database.read() as connection:
            clauses = condition(tree, _searched(connection, self._names, []))
            query = select(func.count()).select_from(runs).where(of_experiments(numbers), *clauses)
            return connection.execute(query.where(*in_view(runs.c.deleted, view))).scalar_one()


def of_experiments(numbers: Sequence[int]) -> ColumnElement[bool]:
    """Say which runs belong to experiments."""
    return runs.c.experiment == numbers[0] if len(numbers) == 1 else among(runs.c.experiment, numbers)


def _searched(connection: Connection, names: Names, unknown: list[str]) -> Searched:
    """Say where fields are found; keys that nothing has yet are added to `unknown`."""

    def keyed(field: Field) -> Keyed | None:
        if field.kind is FieldKind.DATASET:
            return _dataset_field(field.key)
        key = names.lookup(connection, [field.key]).get(field.key)
        if key is None:
            unknown.append(field.key)
            return None
        return _value_of(field.kind, key)

    columns = runs.c
    return Searched(
        RUN,
        {
            "run_id": columns.run_id,
            "run_name": columns.name,
            "user_id": columns.user_id,
            "status": columns.status,
            "start_time": columns.start_time,
            "end_time": columns.end_time,
            "artifact_uri": columns.artifact_uri,
        },
        keyed,
        optional=frozenset({"end_time"}),
        connection=connection,
    )


def _value_of(kind: FieldKind, key: int) -> Keyed:
    if kind is FieldKind.METRIC:
        found = metric_summaries.alias()
        special: ColumnElement[int] | None = found.c.special
    else:
        found = (params if kind is FieldKind.PARAM else run_tags).alias()
        special = None
    columns = found.c
    return Keyed(found, columns.run, runs.c.id, columns.value, special, of_key=columns.key == key, indexed=True)


def _dataset_field(key: str) -> Keyed:
    if key == "context":
        tags = dataset_input_tags.alias()
        return Keyed(tags, tags.c.run, runs.c.id, tags.c.value, of_key=tags.c.key == _CONTEXT)
    read, dataset = dataset_inputs.alias(), datasets.alias()
    both = read.join(dataset, read.c.dataset == dataset.c.id)
    return Keyed(both, read.c.run, runs.c.id, dataset.c[key])

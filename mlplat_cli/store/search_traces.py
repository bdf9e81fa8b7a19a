"""Searching traces. In: filter and order texts. Out: pages of what is known of traces."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, String, cast, func, select

from mlplat_cli.entities import Page, TraceCorrelation, TraceInfo
from mlplat_cli.search import TRACE, Expression, Field, FieldKind, OrderKey, parse_filter, parse_order
from mlplat_cli.store.dialects import among
from mlplat_cli.store.filters import Keyed, Searched, condition
from mlplat_cli.store.names import Names
from mlplat_cli.store.ordering import Term, fetch_page, ordering
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.trace_conditions import located, trace_condition
from mlplat_cli.store.trace_rows import SOURCE_RUN, read_infos
from mlplat_cli.store.trace_tables import trace_metadata, trace_tags, traces

_COLUMNS = traces.c
_NEWEST_FIRST = (Term(_COLUMNS.request_time, descending=True), Term(_COLUMNS.trace_id))
_ATTRIBUTES = {
    "status": _COLUMNS.state,
    "timestamp_ms": _COLUMNS.request_time,
    "execution_time_ms": _COLUMNS.duration,
    "end_time_ms": _COLUMNS.request_time + _COLUMNS.duration,
    "request_id": _COLUMNS.trace_id,
    "client_request_id": _COLUMNS.client_request_id,
    "experiment_id": cast(_COLUMNS.experiment, String(20)),
}
_OPTIONAL = frozenset({"execution_time_ms", "end_time_ms", "client_request_id"})


class SqlTraceSearch(SqlPart):
    """Search among the traces of a SQL store."""

    def search_traces(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[TraceInfo]:
        """Find traces, newest first unless ordered otherwise; FilterError for a bad filter."""
        tree, keys = parse_filter(filter, TRACE), parse_order(order_by, TRACE)
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        if not numbers:
            return Page([])
        within = _COLUMNS.experiment == numbers[0] if len(numbers) == 1 else among(_COLUMNS.experiment, numbers)
        listing = listing_name("traces", numbers, filter, list(order_by))
        with self._database.read() as connection:
            searched = searched_traces(connection, self._names)
            order = ordering([_moved(key) for key in keys], searched, _NEWEST_FIRST)
            query = select(traces).select_from(order.join(traces)).where(within, *condition(tree, searched))
            rows, token = fetch_page(connection, query, order, listing=listing, size=max_results, token=page_token)
            return Page(read_infos(connection, self._names, [row._mapping for row in rows]), token)

    def correlate_traces(
        self, experiment_ids: Sequence[str], first: str, second: str, *, base: str | None = None
    ) -> TraceCorrelation:
        """Count what two filters find among the traces that a third one finds; FilterError for a bad filter."""
        among_all, one, other = (parse_filter(each, TRACE) for each in (base, first, second))
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        with self._database.read() as connection:
            within = among(_COLUMNS.experiment, numbers)

            def count(*trees: Expression | None) -> int:
                searched = searched_traces(connection, self._names)
                found = [clause for tree in (among_all, *trees) for clause in condition(tree, searched)]
                query = select(func.count()).select_from(traces).where(within, *found)
                return int(connection.execute(query).scalar_one()) if numbers else 0

            return TraceCorrelation(first=count(one), second=count(other), joint=count(one, other), total=count())


def searched_traces(connection: Connection, names: Names) -> Searched:
    """Say where the fields of traces are found."""

    def keyed(field: Field) -> Keyed | None:
        key = names.lookup(connection, [field.key]).get(field.key)
        if key is None:
            return None
        found = (trace_tags if field.kind is FieldKind.TAG else trace_metadata).alias()
        return Keyed(found, found.c.trace, _COLUMNS.id, found.c.value, of_key=found.c.key == key, indexed=True)

    return Searched(TRACE, _ATTRIBUTES, keyed, optional=_OPTIONAL, connection=connection, own=trace_condition)


def _moved(key: OrderKey) -> OrderKey:
    # A trace may belong to several runs; the one that it was made in gives the order.
    if key.field == Field(FieldKind.ATTRIBUTE, "run_id"):
        return OrderKey(Field(FieldKind.METADATA, SOURCE_RUN), key.descending)
    return OrderKey(located(key.field), key.descending)

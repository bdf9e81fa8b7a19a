"""Searching logged models. In: a filter text, order keys, datasets. Out: pages of logged models."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, String, and_, cast, func, or_, select

from mlplat_cli.entities import LoggedModel, LoggedModelOrder, Page
from mlplat_cli.errors import FilterError
from mlplat_cli.search import (
    LOGGED_MODEL,
    Field,
    FieldKind,
    OrderKey,
    check_orderable,
    parse_field,
    parse_filter,
)
from mlplat_cli.store.dialects import among
from mlplat_cli.store.filters import Keyed, Searched, condition
from mlplat_cli.store.logged_models import read_models
from mlplat_cli.store.model_tables import logged_model_params, logged_model_tags, logged_models
from mlplat_cli.store.names import Names
from mlplat_cli.store.ordering import Ordering, Phase, Term, fetch_page, ordering
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.tables import model_metrics, origins

DatasetChoice = tuple[str | None, str | None]
"""Name and digest of a dataset; None is any."""

_COLUMNS = logged_models.c
_NEWEST_FIRST = (Term(_COLUMNS.creation_time, descending=True), Term(_COLUMNS.model_id))
_ATTRIBUTES = {
    "name": _COLUMNS.name,
    "model_id": _COLUMNS.model_id,
    "model_type": _COLUMNS.model_type,
    "status": _COLUMNS.status,
    "source_run_id": _COLUMNS.source_run_id,
    "experiment_id": _COLUMNS.experiment,
    "creation_timestamp": _COLUMNS.creation_time,
    "last_updated_timestamp": _COLUMNS.last_update_time,
}
_OPTIONAL = frozenset({"source_run_id"})


class SqlLoggedModelSearch(SqlPart):
    """Search among the logged models of a SQL store."""

    def search_logged_models(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        datasets: Sequence[tuple[str, str | None]] = (),
        order_by: Sequence[LoggedModelOrder] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[LoggedModel]:
        """Find models, newest first unless ordered otherwise; datasets narrow what metric clauses look at."""
        tree = parse_filter(filter, LOGGED_MODEL)
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        listing = listing_name("logged models", numbers, filter, list(datasets), list(order_by))
        with self._database.read() as connection:
            searched = _searched(connection, self._names, datasets)
            order = _ordering(connection, self._names, order_by)
            query = select(logged_models).select_from(order.join(logged_models))
            query = query.where(among(_COLUMNS.experiment, numbers), _COLUMNS.deleted == 0, *condition(tree, searched))
            rows, token = fetch_page(connection, query, order, listing=listing, size=max_results, token=page_token)
            return Page(read_models(connection, self._names, [row._mapping for row in rows]), token)


def _searched(connection: Connection, names: Names, datasets: Sequence[DatasetChoice]) -> Searched:
    def keyed(field: Field) -> Keyed | None:
        if field.kind is not FieldKind.METRIC:
            found = (logged_model_params if field.kind is FieldKind.PARAM else logged_model_tags).alias()
            return Keyed(found, found.c.model, _COLUMNS.id, found.c.value, of_key=found.c.key == field.key)
        key = names.lookup(connection, [field.key]).get(field.key)
        return None if key is None else _metric(key, datasets)

    attributes = _ATTRIBUTES | {"experiment_id": cast(_COLUMNS.experiment, String(20))}
    return Searched(LOGGED_MODEL, attributes, keyed, optional=_OPTIONAL)


def _ordering(connection: Connection, names: Names, order_by: Sequence[LoggedModelOrder]) -> Ordering:
    terms: list[Term] = []
    joins: list[Keyed] = []
    for each in order_by:
        field = _order_field(each)

        def keyed(field: Field, each: LoggedModelOrder = each) -> Keyed | None:
            key = names.lookup(connection, [field.key]).get(field.key)
            return None if key is None else _latest_metric(key, each)

        searched = Searched(LOGGED_MODEL, _ATTRIBUTES, keyed, optional=_OPTIONAL)
        part = ordering([OrderKey(field, descending=not each.ascending)], searched, ())
        terms += part.phases[0].terms
        joins += part.joins
    return Ordering([Phase([*terms, *_NEWEST_FIRST])], joins)


def _order_field(order: LoggedModelOrder) -> Field:
    try:
        field = parse_field(order.field_name, LOGGED_MODEL)
    except FilterError as error:
        message = f"Invalid order by field name: {order.field_name}"
        raise FilterError(message, text=error.text, position=error.position, hint=error.hint) from None
    check_orderable(field, LOGGED_MODEL, order.field_name)
    return field


def _measured(key: int, datasets: Sequence[DatasetChoice]) -> tuple[FromClause, list[ColumnElement[bool]]]:
    source = model_metrics.join(origins, model_metrics.c.origin == origins.c.id)
    conditions: list[ColumnElement[bool]] = [model_metrics.c.key == key]
    if datasets:
        conditions.append(or_(*(_on_dataset(*choice) for choice in datasets)))
    return source, conditions


def _on_dataset(name: str | None, digest: str | None) -> ColumnElement[bool]:
    wanted = [(origins.c.dataset_name, name), (origins.c.dataset_digest, digest)]
    return and_(*(column == text for column, text in wanted if text is not None))


def _metric(key: int, datasets: Sequence[DatasetChoice]) -> Keyed:
    source, conditions = _measured(key, datasets)
    columns = model_metrics.c
    found = select(origins.c.model_id, columns.special, columns.value).select_from(source).where(*conditions).subquery()
    return Keyed(found, found.c.model_id, _COLUMNS.model_id, found.c.value, found.c.special)


def _latest_metric(key: int, order: LoggedModelOrder) -> Keyed:
    # A model may have the metric on several datasets: one row for each model, the latest.
    named = order.dataset_name or order.dataset_digest
    source, conditions = _measured(key, [(order.dataset_name, order.dataset_digest)] if named else ())
    columns = model_metrics.c
    newest = [columns.step.desc(), columns.timestamp.desc(), columns.special.desc(), columns.value.desc()]
    place = func.row_number().over(partition_by=origins.c.model_id, order_by=newest).label("place")
    found = (
        select(origins.c.model_id, columns.special, columns.value, place)
        .select_from(source)
        .where(*conditions)
        .subquery()
    )
    latest = found.c.place == 1
    return Keyed(found, found.c.model_id, _COLUMNS.model_id, found.c.value, found.c.special, of_key=latest)

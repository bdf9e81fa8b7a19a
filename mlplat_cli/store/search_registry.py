"""Searching the registry. In: filter and order texts. Out: pages of registered models and of versions.

Prompts are registered models with a tag that says so. They are hidden unless a filter asks for that tag, and
things without the tag are no prompts: `!= 'true'` finds them, unlike the same question about other tags.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from mlplat_cli.entities import ModelVersion, Page, RegisteredModel
from mlplat_cli.search import (
    MODEL_VERSION,
    REGISTERED_MODEL,
    And,
    Comparison,
    Expression,
    Field,
    FieldKind,
    IsMissing,
    Membership,
    Not,
    Operator,
    Or,
    parse_filter,
    parse_order,
)
from mlplat_cli.store.filters import Keyed, Searched, condition
from mlplat_cli.store.model_tables import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from mlplat_cli.store.ordering import Term, fetch_page, ordering
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.registered_models import read_models
from mlplat_cli.store.version_rows import read_versions, version_query

_PROMPT = Field(FieldKind.TAG, "mlflow.prompt.is_prompt")
_IS_PROMPT = Comparison(_PROMPT, Operator.EQUAL, "true")

_models, _versions = registered_models.c, model_versions.c
_LAST_CHANGED_FIRST = (
    Term(_versions.last_update_time, descending=True),
    Term(_models.name),
    Term(_versions.version, descending=True),
)


class SqlRegistrySearch(SqlPart):
    """Search in the registry of a SQL store."""

    def search_registered_models(
        self,
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[RegisteredModel]:
        """Find names, by name unless ordered otherwise; prompts only when the filter asks for their tag."""
        tree, keys = parse_filter(filter, REGISTERED_MODEL), parse_order(order_by, REGISTERED_MODEL)
        order = ordering(keys, _MODELS, (Term(_models.name),))
        query = select(registered_models).where(*condition(_about_prompts(tree), _MODELS))
        listing = listing_name("registered models", filter, list(order_by))
        with self._database.read() as connection:
            rows, token = fetch_page(connection, query, order, listing=listing, size=max_results, token=page_token)
            return Page(read_models(connection, [row._mapping for row in rows]), token)

    def search_model_versions(
        self,
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 10_000,
        page_token: str | None = None,
    ) -> Page[ModelVersion]:
        """Find versions, last changed first unless ordered otherwise; prompts only when the filter asks for them."""
        tree, keys = parse_filter(filter, MODEL_VERSION), parse_order(order_by, MODEL_VERSION)
        order = ordering(keys, _VERSIONS, _LAST_CHANGED_FIRST)
        query = version_query().where(*condition(_about_prompts(tree), _VERSIONS))
        listing = listing_name("model versions", filter, list(order_by))
        with self._database.read() as connection:
            rows, token = fetch_page(connection, query, order, listing=listing, size=max_results, token=page_token)
            return Page(read_versions(connection, [row._mapping for row in rows]), token)


def _model_tag(field: Field) -> Keyed:
    tags = registered_model_tags.alias()
    return Keyed(tags, tags.c.model, _models.id, tags.c.value, of_key=tags.c.key == field.key)


def _version_tag(field: Field) -> Keyed:
    tags = model_version_tags.alias()
    return Keyed(tags, tags.c.version, _versions.id, tags.c.value, of_key=tags.c.key == field.key)


_MODELS = Searched(
    REGISTERED_MODEL,
    {
        "name": _models.name,
        "last_updated_timestamp": _models.last_update_time,
        "creation_timestamp": _models.creation_time,
    },
    _model_tag,
)
_VERSIONS = Searched(
    MODEL_VERSION,
    {
        "name": _models.name,
        "version_number": _versions.version,
        "run_id": _versions.run_id,
        "source_path": _versions.source,
        "current_stage": _versions.stage,
        "status": _versions.status,
        "creation_timestamp": _versions.creation_time,
        "last_updated_timestamp": _versions.last_update_time,
    },
    _version_tag,
    optional=frozenset({"run_id"}),
)


def _about_prompts(tree: Expression | None) -> Expression:
    no_prompts = Not(_IS_PROMPT)
    if tree is None:
        return no_prompts
    if _asks_for_prompts(tree):
        return _with_default(tree)
    return And((tree, no_prompts))


def _asks_for_prompts(tree: Expression) -> bool:
    match tree:
        case And(parts) | Or(parts):
            return any(_asks_for_prompts(part) for part in parts)
        case Not(part):
            return _asks_for_prompts(part)
        case Comparison(field) | Membership(field) | IsMissing(field):
            return field == _PROMPT


def _with_default(tree: Expression) -> Expression:
    match tree:
        case And(parts):
            return And(tuple(_with_default(part) for part in parts))
        case Or(parts):
            return Or(tuple(_with_default(part) for part in parts))
        case Not(part):
            return Not(_with_default(part))
        case Comparison(field, Operator.NOT_EQUAL, "true") | Comparison(field, Operator.EQUAL, "false"):
            return Not(_IS_PROMPT) if field == _PROMPT else tree
        case _:
            return tree

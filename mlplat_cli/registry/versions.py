"""Versions of a registered model. In: a name. Out: all of them."""

from __future__ import annotations

from mlplat_cli.entities import ModelVersion, all_items
from mlplat_cli.store.interface import Store

_PAGE = 1000


def versions_of(store: Store, name: str) -> list[ModelVersion]:
    """Return every version of a model, newest first; none where there is no such model."""
    filter = _named(name)
    found = all_items(lambda token: store.search_model_versions(filter=filter, max_results=_PAGE, page_token=token))
    return sorted((each for each in found if each.name == name), key=lambda version: -int(version.version))


def _named(name: str) -> str:
    # A filter's text cannot hold both kinds of quotes: one of them is left open, and looked at afterwards.
    if "'" not in name:
        return f"name = '{name}'"
    text = name.replace('"', "_")
    return f'name {"=" if text == name else "LIKE"} "{text}"'

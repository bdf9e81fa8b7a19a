"""Registered models and their versions, as persons name them. In: a name or a reference. Out: what it names."""

from __future__ import annotations

from contextlib import suppress

from mlplat_cli.entities import ModelVersion, all_items
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.model_uri import AliasUri, model_uri, parse_model_uri, plain_name
from mlplat_cli.registry.resolution import named_version
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


def find_version(store: Store, reference: str) -> ModelVersion:
    """Return the registered version that `NAME/VERSION`, `NAME@ALIAS`, `NAME/STAGE` or such a URI names.

    Raises:
        InvalidInputError: it names something else. NotFoundError: there is no such version.
    """
    uri = model_uri(reference)
    if uri is None:
        raise InvalidInputError(
            f"{reference!r} does not say which version", hint=f"such as {reference}/1, {reference}@ALIAS"
        )
    return named_version(store, parse_model_uri(uri))


def own_name(store: Store, reference: str) -> str | None:
    """Return the name itself where words with an `@` are a whole model's name, and no alias of another model."""
    name = reference.removeprefix("models:/")
    head, sign, alias = name.rpartition("@")
    if not sign or set(name) & set("/:"):
        return None
    with suppress(NotFoundError):
        if alias in dict(store.get_registered_model(head).aliases):
            return None
    with suppress(NotFoundError):
        return store.get_registered_model(name).name
    return None


def find_subject(store: Store, reference: str) -> tuple[str, str | None]:
    """Return the name and version that a reference names; the version is None where it names a whole model.

    Raises:
        InvalidInputError: it names something else. NotFoundError: there is no such model or version.
    """
    name = plain_name(reference) or own_name(store, reference)
    if name is not None or model_uri(reference) is None:
        return store.get_registered_model(name or reference).name, None
    version = find_version(store, reference)
    return version.name, version.version


def split_alias(reference: str) -> tuple[str, str]:
    """Take `NAME@ALIAS` (or the URI with it) apart; InvalidInputError when it is something else."""
    uri = model_uri(reference)
    parsed = None if uri is None else parse_model_uri(uri)
    if not isinstance(parsed, AliasUri):
        raise InvalidInputError(f"{reference!r} names no alias", hint="write it as NAME@ALIAS, such as wine@champion")
    return parsed.name, parsed.alias

"""Field names. In: a word or string token. Out: a `Field`; FilterError with the nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable

from mlplat_cli.errors import FilterError
from mlplat_cli.errors.spelling import did_you_mean
from mlplat_cli.search.fields import DATASET_KEYS, SPAN_KEYS, Entity
from mlplat_cli.search.lexer import Token, TokenKind, unquote
from mlplat_cli.search.tree import Field, FieldKind

KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "RLIKE", "IS", "NULL", "BETWEEN", "ASC", "DESC"})


def is_keyword(token: Token, *words: str) -> bool:
    """Tell whether a token is one of the keywords, in any case and without quotes."""
    return token.kind is TokenKind.WORD and token.key is None and token.source.upper() in words


def resolve(token: Token, entity: Entity, text: str) -> Field:
    """Say which field of the entity a token names.

    Raises:
        FilterError: it is no name, or the entity has nothing of that name.
    """
    if token.kind is TokenKind.STRING and token.source[0] == '"':
        return _attribute(unquote(token.source), token, entity, text)
    if token.kind is not TokenKind.WORD or is_keyword(token, *KEYWORDS):
        raise FilterError(
            f"Invalid filter at position {token.position}: expected a field, found {token}.",
            text=text,
            position=token.position,
            hint=f"for example {entity.attributes[0].name}, or {_example(entity)}",
        )
    if token.key is None:
        return _attribute(token.text, token, entity, text)
    kind = entity.prefixes.get(token.text)
    if kind is None:
        message = f"Invalid entity type '{token.text}'. Valid values are {_kinds(entity)}"
        raise _unknown(message, token, text, token.text, entity.prefixes)
    if kind is FieldKind.ATTRIBUTE:
        return _attribute(token.key, token, entity, text)
    if kind is FieldKind.DATASET and token.key not in DATASET_KEYS:
        message = f"Invalid dataset key '{token.key}' specified. Valid keys are {list(DATASET_KEYS)}"
        raise _unknown(message, token, text, token.key, DATASET_KEYS)
    if kind is FieldKind.SPAN and token.key not in SPAN_KEYS and not _is_span_attribute(token.key):
        message = f"Invalid span key '{token.key}' specified. Valid keys are {[*SPAN_KEYS, 'attributes.<key>']}"
        raise _unknown(message, token, text, token.key, SPAN_KEYS)
    return Field(kind, token.key)


def _is_span_attribute(key: str) -> bool:
    return key.startswith("attributes.") and key != "attributes."


def _attribute(name: str, token: Token, entity: Entity, text: str) -> Field:
    attribute = entity.names.get(name)
    if attribute is None:
        message = (
            f"Invalid attribute key '{name}' specified. Valid keys are {[each.name for each in entity.attributes]}"
        )
        raise _unknown(message, token, text, name, entity.names)
    return Field(FieldKind.ATTRIBUTE, attribute.name)


def _unknown(message: str, token: Token, text: str, name: str, known: Iterable[str]) -> FilterError:
    return FilterError(
        f"Invalid filter at position {token.position}: {message}.",
        text=text,
        position=token.position,
        hint=did_you_mean(name, known),
    )


def _kinds(entity: Entity) -> list[str]:
    return [kind.value for kind in (FieldKind.ATTRIBUTE, *entity.collections)]


def _example(entity: Entity) -> str:
    return "metrics.`a key`" if FieldKind.METRIC in entity.collections else "tags.`a key`"

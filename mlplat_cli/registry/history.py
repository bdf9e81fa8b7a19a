"""The registry's past. In: its changes. Out: what stood at a time, and where an alias pointed before.

An alias' moves are a pile: a move puts a version on it, a rollback takes versions off until its own lies on top. So a
second rollback goes further back, and not to where the first one came from. A version that was deleted is in no pile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mlplat_cli.entities import ALIAS_MOVES, RegistryAction, RegistryChange, all_items
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.versions import versions_of
from mlplat_cli.store.interface import Store

_PAGE = 1000
_NO_STAGE = "None"


@dataclass(slots=True)
class Standing:
    """What stood at a time: the version of each alias, and the stage of each version that was in one."""

    aliases: dict[str, str] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)


def changes_of(store: Store, name: str, alias: str | None = None) -> list[RegistryChange]:
    """Return the changes of a model, oldest first; errors as of `Store.registry_history`."""
    found = all_items(lambda token: store.registry_history(name, alias=alias, max_results=_PAGE, page_token=token))
    return list(found)[::-1]


def standing_at(store: Store, name: str, time: int) -> Standing:
    """Return what stood at a time, in ms since the epoch.

    What was set before the history began stands until its first change, which tells what it was.

    Raises:
        NotFoundError: there was no such model at that time.
    """
    changes = changes_of(store, name)
    before = [change for change in changes if change.timestamp <= time]
    after = changes[len(before) :]
    is_whole = bool(changes) and _begins(changes[0])
    if _is_gone(before) or (not before and not _was_there(store, name, after, time)):
        raise NotFoundError(f"there was no model {name!r} at that time")
    standing = Standing() if is_whole else _before_history(store, name, changes)
    for change in before:
        _apply(change, standing)
    return standing


def rollback_target(changes: Iterable[RegistryChange], alias: str, *, to: str | None, steps: int) -> str:
    """Return the version to which an alias goes back.

    Args:
        changes: of the model, oldest first. to: that version. steps: so many moves back, where `to` is None.

    Raises:
        InvalidInputError: the alias never pointed there, or has not so much of a past.
    """
    pile, stood = _pile(changes, alias)
    if not stood:
        raise InvalidInputError(f"nothing is recorded of an alias {alias!r}")
    if to is not None:
        if to not in stood:
            raise InvalidInputError(
                f"the alias {alias!r} never pointed at version {to}", hint=f"it pointed at: {', '.join(stood)}"
            )
        return to
    past = [version for version in pile[:-1] if version is not None]
    if pile and pile[-1] is None:  # the alias was removed, and what it pointed at last is one step back
        past = [version for version in pile if version is not None]
    if not past:
        raise InvalidInputError(f"the alias {alias!r} pointed at no other version before")
    if steps > len(past):
        raise InvalidInputError(f"the alias {alias!r} can go {len(past)} step(s) back, and not {steps}")
    return past[-steps]


def _pile(changes: Iterable[RegistryChange], alias: str) -> tuple[list[str | None], list[str]]:
    """Return where an alias pointed, the last on top, and every version that it ever pointed at and that is there."""
    pile: list[str | None] = []
    stood: dict[str, None] = {}
    for change in changes:
        if change.action is RegistryAction.DELETED:
            if change.version is None:
                pile, stood = [], {}
            else:
                stood.pop(change.version, None)
                pile = _without_repeats(each for each in pile if each != change.version)
        elif change.action in ALIAS_MOVES and change.key == alias:
            if not pile and change.old is not None:  # from before the history began
                pile = [change.old]
            _move(pile, change)
            stood.update(dict.fromkeys(each for each in (change.old, change.new) if each is not None))
    return pile, list(stood)


def _move(pile: list[str | None], change: RegistryChange) -> None:
    if change.action is RegistryAction.ALIAS_ROLLED_BACK and change.new in pile:
        while pile[-1] != change.new:
            pile.pop()
    elif not pile or pile[-1] != change.new:
        pile.append(change.new)


def _without_repeats(pile: Iterable[str | None]) -> list[str | None]:
    kept: list[str | None] = []
    for each in pile:
        if not kept or kept[-1] != each:
            kept.append(each)
    return kept


def _begins(change: RegistryChange) -> bool:
    return change.action is RegistryAction.CREATED and change.version is None


def _was_there(store: Store, name: str, changes: Sequence[RegistryChange], time: int) -> bool:
    """Tell whether a model was there at a time before all of its changes that were recorded."""
    if any(_begins(change) for change in changes) or _is_gone(changes):
        return bool(changes) and not _begins(changes[0])
    return store.get_registered_model(name).creation_timestamp <= time


def _is_gone(changes: Sequence[RegistryChange]) -> bool:
    lives = [change for change in changes if change.version is None]
    ends = [each for each in lives if each.action in (RegistryAction.CREATED, RegistryAction.DELETED)]
    return bool(ends) and ends[-1].action is RegistryAction.DELETED


def _apply(change: RegistryChange, standing: Standing) -> None:
    match change.action:
        case action if action in ALIAS_MOVES and change.key:
            _put(standing.aliases, change.key, change.new)
        case RegistryAction.STAGE_SET if change.version:
            _put(standing.stages, change.version, None if change.new == _NO_STAGE else change.new)
        case RegistryAction.DELETED if change.version:
            standing.stages.pop(change.version, None)
        case RegistryAction.DELETED if change.version is None:
            standing.aliases.clear()
            standing.stages.clear()


def _before_history(store: Store, name: str, changes: Sequence[RegistryChange]) -> Standing:
    """Return what stood before the first change that was recorded: what stands today, with all changes undone."""
    standing = Standing()
    if not _is_gone(changes):
        standing.aliases = dict(store.get_registered_model(name).aliases)
        staged = [each for each in versions_of(store, name) if each.current_stage != _NO_STAGE]
        standing.stages = {each.version: each.current_stage for each in staged}
    for change in reversed(changes):
        if change.action in ALIAS_MOVES and change.key:
            _put(standing.aliases, change.key, change.old)
        elif change.action is RegistryAction.STAGE_SET and change.version:
            _put(standing.stages, change.version, None if change.old == _NO_STAGE else change.old)
    return standing


def _put(values: dict[str, str], key: str, value: str | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value

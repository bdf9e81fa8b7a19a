"""The past of a registered model of elsewhere. In: its changes, and the model as both stores have it. Out: rows.

Changes of elsewhere stand among our own by time, and each store's keep their order. As where an alias points and what
stood at a time is computed from them, they must lead to what stands here: a change is left out where its alias, tag,
stage or description is another one here, and where it tells of a version whose number is another version's here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from sqlalchemy import Connection, select

from mlplat_cli.entities import ALIAS_MOVES, ModelVersion, RegisteredModel, RegistryAction, RegistryChange
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.registry_tables import registry_changes

_COLUMNS = registry_changes.c
_KEPT = [column for column in _COLUMNS if column.name != "id"]
_SAME = ("action", "time", "user_id", "client", "version", "key", "old_value", "new_value", "reason", "forced")
"""What tells two changes of one model apart; the model's name may be another one by now."""

_LIMITED = (("user", 256), ("client", 256), ("key", 255))

Row = Mapping[str, Any]
Strand = tuple[str, str | None, str | None]
"""What later changes of the same overwrite: its kind, the version that has it, and its key."""


class Standing:
    """A registered model and its versions, as one store has them."""

    def __init__(self, model: RegisteredModel, versions: Iterable[ModelVersion]) -> None:
        self.model = model
        self.versions = {_digits(each.version): each for each in versions}
        self._values: dict[Strand, str] = {("description", None, None): model.description}
        self._values |= {("alias", None, alias): _digits(version) for alias, version in model.aliases}
        self._values |= {("tag", None, tag.key): tag.value for tag in model.tags}
        for number, each in self.versions.items():
            self._values |= {
                ("stage", number, None): each.current_stage,
                ("description", number, None): each.description,
            }
            self._values |= {("tag", number, tag.key): tag.value for tag in each.tags}

    def value(self, strand: Strand) -> str | None:
        """Return what stands; None for nothing."""
        return self._values.get(strand)


def read_changes(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Read the rows of everything that was changed under a name, oldest first."""
    query = select(registry_changes).where(_COLUMNS.name == name).order_by(_COLUMNS.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def merge_changes(
    connection: Connection, model: int, name: str, stored: Sequence[Row], given: Sequence[RegistryChange]
) -> int:
    """Put changes among the stored ones of a model, leaving out those that are there; returns how many were new.

    Raises:
        InvalidInputError: one of them cannot be kept.
    """
    here = Counter(map(_identity, stored))
    ended = _last_end(given)
    fresh = []
    for place, change in enumerate(given):
        row = _row(change, None if place <= ended else model, name)
        if here[_identity(row)]:
            here[_identity(row)] -= 1
        else:
            fresh.append(row)
    merged = _by_time(stored, fresh)
    same = next((place for place, row in enumerate(stored) if merged[place] is not row), len(stored))
    if same < len(stored):
        # The order of changes is that of their numbers, so what comes later gets new ones.
        later = _COLUMNS.name == stored[0]["name"], _COLUMNS.id >= stored[same]["id"]
        connection.execute(registry_changes.delete().where(*later))
    if merged[same:]:
        rows = [{column.name: row[column.name] for column in _KEPT} for row in merged[same:]]
        connection.execute(registry_changes.insert(), rows)
    return len(fresh)


def fitting_changes(
    given: Sequence[RegistryChange],
    stored: Sequence[Row],
    there: Standing,
    here: Standing,
    *,
    added: bool,
    others: Set[str],
) -> list[RegistryChange]:
    """Return the changes that lead to what stands here.

    Args:
        given, there: of elsewhere, oldest first. stored, here: ours, once all that is new was taken.
        added: the model was not here before. others: numbers of versions that are other ones here.
    """
    torn = {_strand(each) for each in given if each.action in ALIAS_MOVES and others & {each.old, each.new}}
    gone = max((row["time"] for row in stored if _is_life(row, RegistryAction.DELETED)), default=-1)
    begins = added or (bool(stored) and _is_life(stored[0], RegistryAction.CREATED))
    current = given if added else given[_last_end(given) + 1 :]

    def fits(change: RegistryChange) -> bool:
        strand = _strand(change)
        if change.timestamp <= gone or change.version in others or strand in torn:
            return False
        if change.version is None and change.action is RegistryAction.CREATED and not begins:
            return False
        return strand is None or there.value(strand) == here.value(strand)

    return [change for change in current if fits(change)]


def _last_end(changes: Sequence[RegistryChange]) -> int:
    """Return the place of the last deletion of the model itself; -1 where there is none."""
    gone = RegistryAction.DELETED
    ends = [place for place, each in enumerate(changes) if each.version is None and each.action is gone]
    return ends[-1] if ends else -1


def _is_life(row: Row, action: RegistryAction) -> bool:
    return row["version"] is None and row["action"] == action


def _by_time(stored: Sequence[Row], fresh: Sequence[Row]) -> list[Row]:
    merged: list[Row] = []
    waiting = list(reversed(fresh))
    for row in stored:
        while waiting and waiting[-1]["time"] < row["time"]:
            merged.append(waiting.pop())
        merged.append(row)
    return merged + waiting[::-1]


def _strand(change: RegistryChange) -> Strand | None:
    match change.action:
        case action if action in ALIAS_MOVES:
            return "alias", None, change.key
        case RegistryAction.STAGE_SET:
            return "stage", change.version, None
        case RegistryAction.TAG_SET | RegistryAction.TAG_DELETED:
            return "tag", change.version, change.key
        case RegistryAction.DESCRIBED:
            return "description", change.version, None
    return None


def _identity(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _SAME)


def _row(change: RegistryChange, model: int | None, name: str) -> Row:
    version = None if change.version is None else parse_digits(change.version)
    if change.version is not None and version is None:
        raise InvalidInputError(f"version {change.version!r} of model {name!r} is not a number")
    for field, most in _LIMITED:
        if len(getattr(change, field) or "") > most:
            raise InvalidInputError(f"the {field} of a change has more than {most} characters")
    return {
        "model": model,
        "name": name,
        "action": change.action.value,
        "time": change.timestamp,
        "user_id": change.user,
        "client": change.client,
        "version": version,
        "key": change.key,
        "old_value": change.old,
        "new_value": change.new,
        "reason": change.reason,
        "forced": int(change.forced),
    }


def _digits(version: str) -> str:
    return str(parse_digits(version))

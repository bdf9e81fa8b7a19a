"""The history of the registry. In: changes, in the transactions that make them. Out: pages of `RegistryChange`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select, update

from mlplat_cli.entities import ALIAS_MOVES, Page, RegistryAction, RegistryChange
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.actor import acting
from mlplat_cli.store.model_tables import registered_models
from mlplat_cli.store.paging import check_size, decode_token, encode_token, listing_name
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.registry_tables import registry_changes

_COLUMNS = registry_changes.c
_USER_CHARACTERS = 256

_MOVES = _COLUMNS.action.in_([each.value for each in ALIAS_MOVES])
_OF_ANY_ALIAS = or_(
    _COLUMNS.action == RegistryAction.DELETED.value,
    and_(_COLUMNS.action == RegistryAction.CREATED.value, _COLUMNS.version.is_(None)),
)
"""What ends every alias, or those of a version, and what begins a model of the same name anew."""


def record_change(
    connection: Connection,
    model: int,
    name: str,
    action: RegistryAction,
    *,
    version: int | None = None,
    key: str | None = None,
    old: object = None,
    new: object = None,
    reason: str | None = None,
    forced: bool = False,
) -> None:
    """Keep what is changed, in the transaction of the change itself.

    Args:
        model: its row. old, new: what stood and stands; nothing is kept where they are the same.
    """
    if old is not None and old == new:
        return
    actor = acting()
    row = {
        "model": model,
        "name": name,
        "action": action.value,
        "time": now_ms(),
        "user_id": actor.user and actor.user[:_USER_CHARACTERS],
        "client": actor.client and actor.client[:_USER_CHARACTERS],
        "version": version,
        "key": key,
        "old_value": None if old is None else str(old),
        "new_value": None if new is None else str(new),
        "reason": reason or None,
        "forced": int(forced),
    }
    connection.execute(registry_changes.insert(), row)


def rename_history(connection: Connection, model: int, name: str) -> None:
    """Let the history of a model follow its new name."""
    connection.execute(update(registry_changes).where(_COLUMNS.model == model).values(name=name))


def close_history(connection: Connection, model: int) -> None:
    """Keep the history of a model whose row is about to go."""
    connection.execute(update(registry_changes).where(_COLUMNS.model == model).values(model=None))


def has_stood(connection: Connection, model: int, alias: str, version: int) -> bool:
    """Tell whether an alias has ever pointed at a version that is there now (numbers of deleted ones come again)."""
    of_model = _COLUMNS.model == model
    gone = and_(of_model, _COLUMNS.version == version, _COLUMNS.action == RegistryAction.DELETED.value)
    since = connection.execute(select(func.max(_COLUMNS.id)).where(gone)).scalar() or 0
    moved = and_(of_model, _COLUMNS.key == alias, _MOVES)
    number = str(version)
    stood = or_(_COLUMNS.old_value == number, _COLUMNS.new_value == number)
    return connection.execute(select(_COLUMNS.id).where(moved, stood, _COLUMNS.id > since)).first() is not None


class SqlRegistryHistory(SqlPart):
    """The history of a SQL store's registry."""

    def registry_history(
        self, name: str, *, alias: str | None = None, max_results: int = 100, page_token: str | None = None
    ) -> Page[RegistryChange]:
        """List the changes of a registered model, newest first."""
        check_size(max_results)
        listing = listing_name("registry history", name, alias)
        query = select(registry_changes).where(_COLUMNS.name == name)
        if alias is not None:
            query = query.where(or_(and_(_COLUMNS.key == alias, _MOVES), _OF_ANY_ALIAS))
        if page_token:
            [before] = decode_token(listing, page_token, 1)
            if not isinstance(before, int):
                raise InvalidInputError("Invalid page token")
            query = query.where(_COLUMNS.id < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_COLUMNS.id.desc()).limit(max_results + 1)).mappings().all()
            if not rows and not page_token:
                _require_known(connection, name)
        kept = rows[:max_results]
        token = encode_token(listing, [kept[-1]["id"]]) if len(rows) > max_results else None
        return Page([_entity(row) for row in kept], token)


def _require_known(connection: Connection, name: str) -> None:
    """Raise NotFoundError where there is no model of that name, and never was."""
    if connection.execute(select(registered_models.c.id).where(registered_models.c.name == name)).first():
        return
    if connection.execute(select(_COLUMNS.id).where(_COLUMNS.name == name).limit(1)).first():
        return
    renamed = select(_COLUMNS.new_value).where(
        _COLUMNS.action == RegistryAction.RENAMED.value, _COLUMNS.old_value == name
    )
    became = connection.execute(renamed.order_by(_COLUMNS.id.desc()).limit(1)).scalar()
    raise NotFoundError(
        f"Registered Model with name={name} not found", hint=f"it was renamed to {became}" if became else None
    )


def _entity(row: RowMapping) -> RegistryChange:
    def text(value: Any) -> str | None:
        return None if value is None else str(value)

    return RegistryChange(
        change_id=str(row["id"]),
        name=row["name"],
        action=RegistryAction(row["action"]),
        timestamp=row["time"],
        user=row["user_id"],
        client=row["client"],
        version=text(row["version"]),
        key=row["key"],
        old=row["old_value"],
        new=row["new_value"],
        reason=row["reason"],
        forced=bool(row["forced"]),
    )

"""`mlplat models history`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri
from mlplat_cli.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from mlplat_cli.entities import RegistryChange
    from mlplat_cli.store.interface import Store
    from mlplat_cli.tracking.session import TrackingSession

_PAGE = 1000


def history(
    model: Annotated[str, typer.Argument(metavar="NAME[@ALIAS]", help="A registered model, or one of its aliases.")],
    alias: Annotated[str | None, typer.Option(help="Only what decides where this alias points.")] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="What stood then, such as 2026-05-01T12:00 or 2026-05-01.")
    ] = None,
    max_results: Annotated[int, typer.Option("--max-results", "-n", min=1, help="How many changes at most.")] = 100,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Show who changed a registered model, and when.

    The newest change first. With --at, where each alias pointed and which stage each version had at that time.
    """
    from mlplat_cli.cli.session import tracking

    when = None if at is None else milliseconds(at)
    with tracking(tracking_uri) as session:
        name, named = _split(session.store, model)
        if alias and named and alias != named:
            raise InvalidInputError(f"{model} and --alias {alias} name two aliases")
        wanted = alias or named
        if when is None:
            _show_changes(session, name, wanted, max_results, as_json)
        else:
            _show_standing(session, name, wanted, when, as_json)


def _split(store: Store, model: str) -> tuple[str, str | None]:
    from mlplat_cli.registry.model_uri import plain_name
    from mlplat_cli.registry.versions import own_name, split_alias

    name = plain_name(model) or (own_name(store, model) if "@" in model else None)
    if name is not None:
        return name, None
    if "@" in model:
        return split_alias(model)
    whole = model.removeprefix("models:/").partition("/")[0]
    raise InvalidInputError(
        f"{model!r} is no name of a model, nor NAME@ALIAS",
        hint=f"versions are in the history of their model: mlplat models history {whole}" if whole else None,
    )


def milliseconds(text: str) -> int:
    """Read a time of a calendar, local unless it says otherwise, as ms since the epoch; a day is its very end.

    Raises:
        InvalidInputError: it is none.
    """
    from datetime import datetime, timedelta

    try:
        moment = datetime.fromisoformat(text.strip())
        is_day = ":" not in text and "T" not in text
        if is_day:
            moment += timedelta(days=1) - timedelta(milliseconds=1)
        return int(moment.astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise InvalidInputError(
            f"--at {text}: this is no time", hint="such as 2026-05-01, 2026-05-01T12:00 or 2026-05-01T10:00+00:00"
        ) from None


def _show_changes(session: TrackingSession, name: str, alias: str | None, most: int, as_json: bool) -> None:
    from itertools import islice

    from mlplat_cli.cli.console import moment, print_json, print_table, shortened
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION
    from mlplat_cli.entities import all_items

    store = session.store
    pages = all_items(
        lambda token: store.registry_history(name, alias=alias, max_results=min(most, _PAGE), page_token=token)
    )
    changes = list(islice(pages, most))
    if alias is not None:
        _require_moves(store, name, alias, changes)
    if as_json:
        print_json({"version": SCHEMA_VERSION, "name": name, "alias": alias, "changes": changes})
        return
    print_table(
        ["WHEN", "WHO", "WHAT", "FROM", "TO", "WHY"],
        [
            [
                moment(each.timestamp),
                each.user or each.client or "",
                what(each),
                shortened(each.old or ""),
                shortened(each.new or ""),
                shortened(("forced: " if each.forced else "") + (each.reason or "")),
            ]
            for each in changes
        ],
    )


def _require_moves(store: Store, name: str, alias: str, changes: list[RegistryChange]) -> None:
    """Raise NotFoundError where a model that is there never had an alias."""
    from mlplat_cli.entities import ALIAS_MOVES

    if any(change.action in ALIAS_MOVES for change in changes):
        return
    known = None
    with suppress(NotFoundError):
        known = dict(store.get_registered_model(name).aliases)
    if known is not None and alias not in known:
        raise NotFoundError(
            f"model {name!r} never had an alias {alias!r}", hint=f"it has: {', '.join(known)}" if known else None
        )


def what(change: RegistryChange) -> str:
    """Say in a few words what a change did, such as `alias champion set` or `version 3 created`."""
    subject = f"version {change.version} " if change.version else "model "
    kind, _, done = change.action.partition("_")
    match kind:
        case "alias":
            return f"alias {change.key} {done.replace('_', ' ')}"
        case "tag":
            return f"{subject}tag {change.key} {done}"
        case "gate":
            return f"{subject if change.version else ''}gate of {change.key} {done}"
        case "stage":
            return f"{subject}stage"
    return f"{subject}{change.action}"


def _show_standing(session: TrackingSession, name: str, alias: str | None, when: int, as_json: bool) -> None:
    from mlplat_cli.cli.console import moment, print_json, print_record, say
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION
    from mlplat_cli.registry.history import standing_at

    standing = standing_at(session.store, name, when)
    if as_json:
        shown = {"version": SCHEMA_VERSION, "name": name, "at": when}
        print_json(shown | {"aliases": standing.aliases, "stages": standing.stages})
    elif alias is None:
        print_record({"model": name, "at": moment(when), "aliases": standing.aliases, "stages": standing.stages})
    elif alias in standing.aliases:
        say(f"{name}@{alias} was version {standing.aliases[alias]}")
    else:
        say(f"{name}@{alias} was no alias")


command = leaf(history, "history")

"""`mlplat gc`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.age import age_seconds
from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri

if TYPE_CHECKING:
    from mlplat_cli.entities import Discarded, DiscardedKind


def gc(
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Only what was deleted so long ago, such as 30d or 1d12h30m.")
    ] = None,
    run_ids: Annotated[str | None, typer.Option(metavar="ID,…", help="Only these runs.")] = None,
    experiment_ids: Annotated[str | None, typer.Option(metavar="ID,…", help="Only these experiments.")] = None,
    logged_model_ids: Annotated[str | None, typer.Option(metavar="ID,…", help="Only these logged models.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and leave it there.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Remove deleted runs, logged models and experiments for good.

    Their rows and their bytes go; only what lies in the bin is touched. An experiment takes all that is in it along.
    """
    from mlplat_cli.cli.console import print_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.disposal import Disposed, bin_of, choose, dispose

    before = None if older_than is None else int((time.time() - age_seconds("--older-than", older_than)) * 1000)
    with tracking(tracking_uri) as session:
        chosen = choose(bin_of(session).discarded(), _wanted(run_ids, experiment_ids, logged_model_ids), before)
        disposed = Disposed(removed=chosen) if dry_run else dispose(session, chosen)
    if as_json:
        removed = [{"kind": item.kind.value, "id": item.id, "name": item.name} for item in disposed.removed]
        kept = [{"kind": item.kind.value, "id": item.id, "reason": reason} for item, reason in disposed.kept]
        print_json({"version": 1, "dry_run": dry_run, "removed": removed, "kept": kept})
    else:
        _show(disposed.removed, disposed.kept, dry_run)


def _show(removed: Sequence[Discarded], kept: Sequence[tuple[Discarded, str]], dry_run: bool) -> None:
    from mlplat_cli.cli.console import note, say

    for item in removed:
        say(f"{'would remove' if dry_run else 'removed'} {item.kind.value} {item.name} ({item.id})")
    for item, reason in kept:
        note(f"mlplat: the files of the {item.kind.value} {item.id} are still there: {reason}")
    if not removed and not kept:
        say("nothing in the bin" if not dry_run else "nothing would be removed")


def _wanted(*given: str | None) -> dict[DiscardedKind, Sequence[str]]:
    from mlplat_cli.entities import DiscardedKind

    kinds = (DiscardedKind.RUN, DiscardedKind.EXPERIMENT, DiscardedKind.LOGGED_MODEL)
    return {
        kind: [each.strip() for each in (text or "").split(",") if each.strip()]
        for kind, text in zip(kinds, given, strict=True)
    }


command = leaf(gc, "gc")

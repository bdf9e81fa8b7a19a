"""Emptying the bin. In: a store, and which of its deleted things. Out: rows and bytes that are gone, and what was kept.

What is about to go is first written to `<home>/gc.jsonl`. Rows go before bytes, so that nothing in the store ever lacks
its files; a process that dies between the two leaves that list behind, and the next one completes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from mlplat_cli.artifacts import open_location
from mlplat_cli.artifacts.sweeping import sweep
from mlplat_cli.entities import Discarded, DiscardedKind
from mlplat_cli.errors import MlplatError, NotFoundError, NotSupportedError
from mlplat_cli.store.sql import SqlStore
from mlplat_cli.tracking.session import TrackingSession

PLAN = "gc.jsonl"


@dataclass(slots=True)
class Disposed:
    """What emptying the bin did.

    Args:
        removed: things whose rows and bytes are gone.
        kept: things whose rows are gone but whose bytes could not be removed, with the reason.
    """

    removed: list[Discarded] = field(default_factory=list)
    kept: list[tuple[Discarded, str]] = field(default_factory=list)


def choose(
    items: Sequence[Discarded], wanted: dict[DiscardedKind, Sequence[str]], before: int | None
) -> list[Discarded]:
    """Pick what is to go.

    Args:
        wanted: ids by kind, those of experiments for all that is in them; where no kind has any, everything is meant.
        before: ms since the epoch; only what was deleted before; None for everything.

    Raises:
        NotFoundError: an id is not in the bin.
    """
    for kind, ids in wanted.items():
        known = {item.id for item in items if item.kind is kind}
        for each in ids:
            if each not in known:
                raise NotFoundError(
                    f"the {kind.value} {each} is not in the bin", hint="delete it first; gc empties the bin"
                )
    if any(wanted.values()):
        whole = wanted.get(DiscardedKind.EXPERIMENT, ())
        items = [item for item in items if item.id in wanted.get(item.kind, ()) or item.experiment_id in whole]
    return [item for item in items if before is None or item.deleted_time < before]


def bin_of(session: TrackingSession) -> SqlStore:
    """Return the store whose bin can be emptied; NotSupportedError for one behind a server."""
    if isinstance(session.store, SqlStore):
        return session.store
    raise NotSupportedError(
        "the bin of a store behind a server is emptied on the server's side",
        hint="name the store itself: --tracking-uri",
    )


def dispose(session: TrackingSession, items: Sequence[Discarded]) -> Disposed:
    """Remove things for good, in the order given; what left the bin meanwhile stays."""
    store, home = bin_of(session), session.address.home
    _complete(store, home)
    plan = home / PLAN
    plan.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in items))
    disposed = Disposed()
    for item in items:
        _remove_journals(home, item)
        if store.dispose(item):
            _remove_bytes(home, item, disposed)
    plan.unlink(missing_ok=True)
    sweep(home)
    return disposed


def _complete(store: SqlStore, home: Path) -> None:
    """Remove the bytes of what a process that died had removed the rows of."""
    with suppress(FileNotFoundError):
        for line in (home / PLAN).read_bytes().splitlines():
            with suppress(msgspec.DecodeError):  # torn: nothing had gone yet
                item = msgspec.json.decode(line, type=Discarded)
                if not store.is_known(item):
                    _remove_bytes(home, item, Disposed())


def _remove_journals(home: Path, item: Discarded) -> None:
    # They would bring the run back.
    if item.kind is DiscardedKind.RUN:
        shutil.rmtree(home / "journals" / item.id, ignore_errors=True)


def _remove_bytes(home: Path, item: Discarded, disposed: Disposed) -> None:
    try:
        if item.kind is DiscardedKind.EXPERIMENT:
            _remove_empty_folder(home, item.artifact_uri)
        else:
            _remove_folder(home, item)
    except MlplatError as error:
        disposed.kept.append((item, error.message))
    else:
        disposed.removed.append(item)


def _remove_folder(home: Path, item: Discarded) -> None:
    """Remove the folder that bears the thing's id; the whole of it where artifacts lie in a folder below that."""
    before, mark, _ = item.artifact_uri.rpartition(f"/{item.id}")
    if not mark:
        raise NotSupportedError(f"{item.artifact_uri} is not removed: it is no folder of this {item.kind.value} alone")
    with suppress(NotFoundError):
        open_location(before, home).delete(item.id)


def _remove_empty_folder(home: Path, uri: str) -> None:
    with suppress(OSError, NotFoundError, NotSupportedError):
        folder = open_location(uri, home).local_path("")
        if folder is not None:
            _remove_if_empty(folder.rglob("*"))
            folder.rmdir()


def _remove_if_empty(paths: Iterable[Path]) -> None:
    for path in sorted((each for each in paths if each.is_dir() and not each.is_symlink()), reverse=True):
        path.rmdir()

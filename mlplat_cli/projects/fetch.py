"""Brings a project here. In: a Source and a version. Out: a Checkout, a folder at an exact commit where git knows one.

A local folder without a version is run in place. Everything else gets a folder of its own under `checkouts/` in the
cache, which is removed when the checkout is closed; those of a runner that was killed are swept a day later.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from mlplat_cli.errors import FetchError
from mlplat_cli.errors.spelling import nearest
from mlplat_cli.process.lock import try_lock
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.checkout import Checkout, remove_folder
from mlplat_cli.projects.source import Source, SourceKind, file_address

ABANDONED_SECONDS = 86_400


def fetch(source: Source, version: str | None, *, cache: Path, progress: Progress) -> Checkout:
    """Make a source's project available as a folder.

    Args:
        version: commit, tag or branch. cache: the user's cache folder.

    Raises:
        FetchError: the source cannot be fetched, has no such version or no such subdirectory.
        ToolMissingError: git, or git-lfs where the project needs it, is not installed.
    """
    if source.kind is SourceKind.LOCAL and version is None:
        root = Path(source.address)
        return Checkout(root, project_folder(root, source.subdirectory, source.display))
    if source.kind is SourceKind.ZIP and version is not None:
        raise FetchError(f"{source.display} is a zip file, which has no versions", hint="leave -v out")
    cache = cache.absolute()
    sweep(cache)
    if source.kind is SourceKind.ZIP:
        return _fetch_zip(source, cache, progress)
    if source.kind is SourceKind.LOCAL:
        return _fetch_local_version(source, version, cache, progress)
    return _fetch_git(source, version, cache, progress)


def project_folder(root: Path, subdirectory: str | None, shown: str) -> Path:
    """Return the project's folder in a checkout.

    Raises:
        FetchError: it does not exist, or a link in it leads out of the checkout.
    """
    if subdirectory is None:
        return root
    folder = root / subdirectory
    if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root)):
        raise FetchError(f"the subdirectory {subdirectory!r} of {shown} leads out of the project")
    if not folder.is_dir():
        there = [entry.name for entry in folder.parent.iterdir() if entry.is_dir()] if folder.parent.is_dir() else []
        near = nearest(folder.name, there)
        hint = f"did you mean #{Path(subdirectory).with_name(near)}?" if near else None
        raise FetchError(f"there is no folder {subdirectory!r} in {shown}", hint=hint)
    return folder


def _new_place(cache: Path) -> tuple[Path, tuple[Path, int]]:
    """Reserve a name for a checkout, locked for as long as this process lives."""
    place = cache / "checkouts" / os.urandom(8).hex()
    lock = place.with_suffix(".lock")
    descriptor = try_lock(lock)
    assert descriptor is not None
    return place, (lock, descriptor)


def _fetch_git(source: Source, version: str | None, cache: Path, progress: Progress) -> Checkout:
    from mlplat_cli.projects.git_command import Remote
    from mlplat_cli.projects.mirror import bring
    from mlplat_cli.projects.working_copy import check_out

    remote = Remote.of(source)
    revision = bring(remote, version, cache=cache, progress=progress)
    place, lock = _new_place(cache)
    checkout = Checkout(place, place, revision.commit, revision.branch, remote.address, True, version, lock)
    try:
        progress.step(f"checking out {revision.commit[:12]}")
        check_out(revision, remote, place, cache=cache, progress=progress)
        return replace(checkout, project_dir=project_folder(place, source.subdirectory, source.display))
    except BaseException:
        checkout.close()
        raise


def _fetch_local_version(source: Source, version: str | None, cache: Path, progress: Progress) -> Checkout:
    """Check a version of a local repository out elsewhere; the user's own working tree is not touched."""
    from mlplat_cli.projects.worktree import find_top, remote_url

    folder = project_folder(Path(source.address), source.subdirectory, source.display).resolve()
    top = find_top(folder)
    if top is None:
        raise FetchError(f"{source.display} is not a git repository, so it has no version {version!r}")
    inside = folder.relative_to(top)
    subdirectory = None if inside == Path() else str(inside)
    elsewhere = Source(SourceKind.GIT, file_address(top), source.display, subdirectory)
    checkout = _fetch_git(elsewhere, version, cache, progress)
    return replace(checkout, repo_url=remote_url(top) or checkout.repo_url)


def _fetch_zip(source: Source, cache: Path, progress: Progress) -> Checkout:
    from mlplat_cli.projects.archive import extract
    from mlplat_cli.projects.download import download

    place, lock = _new_place(cache)
    checkout = Checkout(place, place, is_temporary=True, lock=lock)
    try:
        archive = Path(source.address)
        if "://" in source.address:
            folder = place.with_suffix(".download")
            folder.mkdir()
            try:
                archive = download(source.address, folder, progress)
                extract(archive, place, source.display)
            finally:
                remove_folder(folder)
        else:
            progress.step(f"unpacking {source.display}")
            extract(archive, place, source.display)
        return replace(checkout, project_dir=_project_in_archive(place, source))
    except BaseException:
        checkout.close()
        raise


def _project_in_archive(place: Path, source: Source) -> Path:
    """Find the project; hosts pack a repository into one folder of its name, which nobody should have to write."""
    entries = list(place.iterdir())
    only = entries[0] if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink() else None
    if only is not None and (source.subdirectory is None or not (place / source.subdirectory).is_dir()):
        return project_folder(only, source.subdirectory, source.display)
    return project_folder(place, source.subdirectory, source.display)


def sweep(cache: Path) -> None:
    """Remove checkouts of processes that are gone since a day, whatever they left."""
    folder = cache / "checkouts"
    if not folder.is_dir():
        return
    for lock in folder.glob("*.lock"):
        if time.time() - lock.stat().st_mtime < ABANDONED_SECONDS:
            continue
        descriptor = try_lock(lock)
        if descriptor is None:
            continue
        for suffix in ("", ".download"):
            if (left := lock.with_suffix(suffix)).exists():
                remove_folder(left)
        lock.unlink(missing_ok=True)
        os.close(descriptor)

"""What nobody goes on with. In: a store's folder. Out: the same without abandoned uploads and contents nobody holds."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

from mlplat_cli.artifacts.content import entries
from mlplat_cli.artifacts.location import Layout
from mlplat_cli.artifacts.resumable import UPLOADS_FOLDER

UPLOAD_SECONDS = 24 * 3600.0
"""How long an upload that was cut off is kept for its sender to go on."""

CONTENT_SECONDS = 3600.0


def sweep(home: Path) -> int:
    """Remove uploads that nobody has gone on with for a day, and contents that no artifact holds; return how many.

    Args:
        home: the store's folder; nothing is made where there is none.
    """
    content = Layout(home).content
    before = time.time() - UPLOAD_SECONDS
    removed = sum(_sweep_uploads(folder, before) for folder in (content.uploads, home / UPLOADS_FOLDER))
    return removed + content.sweep(time.time() - CONTENT_SECONDS)


def _sweep_uploads(folder: Path, before: float) -> int:
    removed = 0
    for entry in entries(folder):
        with contextlib.suppress(OSError):
            if _last_change(entry) >= before:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                Path(entry.path).unlink()
            removed += 1
    return removed


def _last_change(entry: os.DirEntry[str]) -> float:
    """Return when something of an upload came last, in seconds since the epoch."""
    changed = entry.stat(follow_symlinks=False).st_mtime
    if not entry.is_dir(follow_symlinks=False):
        return changed
    return max([changed, *(each.stat(follow_symlinks=False).st_mtime for each in entries(Path(entry.path)))])

"""What a store's artifacts hold, once. In: whole files and their SHA-256. Out: files that share their bytes.

`<artifacts>/.mlplat-content/ab/abcd…` is a hard link to every artifact of that content, so that whoever reads a run's
folder finds plain files. All of them are read-only, for a change in one would be a change in all; artifacts are
replaced by renames, never written to. A link that is the last one holds what nobody needs.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from mlplat_cli.artifacts.digest import digest_of, remember_digest

CONTENT_FOLDER = ".mlplat-content"
"""In the folder of all artifacts; no artifact has this name."""

_UPLOADS = "uploads"
_WRITING = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_PREFIX_DIGITS = 2


class ContentStore:
    """The content of one store's artifacts.

    Args:
        root: its folder, on the file system of the artifacts.

    Attributes:
        uploads: folder of files in the making; a rename brings them to their place.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.uploads = root / _UPLOADS

    def share(self, path: Path, digest: str) -> None:
        """Make a whole file one with the others of its content, and read-only.

        Where that cannot be (a file system without links, another user's files) it keeps bytes of its own.

        Raises:
            OSError: there is no such file.
        """
        remember_digest(path, digest)
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_WRITING)
        except PermissionError:
            return  # another user's, who could write to it: never one with others
        blob = self._place(digest)
        with contextlib.suppress(OSError):
            blob.parent.mkdir(parents=True, exist_ok=True)
            self._link(path, blob, digest)

    def _link(self, path: Path, blob: Path, digest: str) -> None:
        with contextlib.suppress(FileExistsError):
            os.link(path, blob)
            return
        twin = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
        try:
            if _holds(blob, digest):
                with contextlib.suppress(OSError):  # it has gone meanwhile, or as many links as a file can have
                    os.link(blob, twin)
                    twin.replace(path)
                    return
            os.link(path, twin)
            twin.replace(blob)
        finally:
            twin.unlink(missing_ok=True)  # a rename between two names of one file leaves both

    def forget(self, digest: str) -> None:
        """Remove a content that no artifact holds any more."""
        blob = self._place(digest)
        with contextlib.suppress(OSError):
            if blob.stat().st_nlink == 1:
                # Whoever links to it in this moment has a link of its own, and loses nothing.
                blob.unlink()

    def sweep(self, before: float) -> int:
        """Remove contents that no artifact holds, as when a folder was deleted by hand; return how many.

        Args:
            before: seconds since the epoch; what was given or lost a link since then stays for now.
        """
        removed = 0
        for folder in entries(self._root):
            if len(folder.name) != _PREFIX_DIGITS:
                continue
            for blob in entries(Path(folder.path)):
                with contextlib.suppress(OSError):
                    state = blob.stat(follow_symlinks=False)
                    if state.st_nlink == 1 and state.st_ctime < before:
                        Path(blob.path).unlink()
                        removed += 1
        return removed

    def _place(self, digest: str) -> Path:
        return self._root / digest[:_PREFIX_DIGITS] / digest


def _holds(blob: Path, digest: str) -> bool:
    """Tell whether a content is still what its name says: the owner of everything can write to what is read-only."""
    try:
        return digest_of(blob) == digest
    except OSError:
        return False


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder; nothing where there is none."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []

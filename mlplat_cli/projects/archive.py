"""Zip files. In: an archive that nobody vouches for. Out: a folder with its files, none of them outside it.

Refused: names that lead out, links that lead out, passwords, and archives that swell beyond measure.
"""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from mlplat_cli.errors import FetchError

MOST_ENTRIES = 200_000
MOST_BYTES = 16 << 30
MOST_RATIO = 200
UNSUSPICIOUS_BYTES = 256 << 20
"""Below this many bytes no ratio is asked about: a file of zeros is no bomb."""
_LINK_BYTES = 4096


def extract(archive: Path, folder: Path, shown: str) -> None:
    """Unpack an archive into a folder that does not exist yet; on failure the caller removes what there is of it.

    Args:
        shown: the archive's name in messages.

    Raises:
        FetchError: it is damaged, or refused for one of the reasons above.
    """
    folder.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as file:
            entries = file.infolist()
            _check_size(archive, entries, folder, shown)
            links = []
            for entry in entries:
                target = _target(entry, folder, shown)
                target.parent.mkdir(parents=True, exist_ok=True)
                if stat.S_ISLNK(entry.external_attr >> 16):
                    links.append((entry, target))
                else:
                    _extract_file(file, entry, target)
            # Links come last, when nothing more is written; where they lead is only known when all of them are there.
            for entry, target in links:
                _make_link(file, entry, target)
            for entry, target in links:
                _check_link(entry, target, folder, shown)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise FetchError(f"{shown} is not a zip file that can be read: {error}") from error
    except RuntimeError as error:
        raise FetchError(f"{shown} is protected by a password") from error
    except OSError as error:
        raise FetchError(f"cannot unpack {shown}: {error.strerror or error}") from error


def _check_size(archive: Path, entries: list[zipfile.ZipInfo], folder: Path, shown: str) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = max(archive.stat().st_size, 1)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES:
        raise FetchError(f"{shown} holds {len(entries)} files of {total >> 20} MB, which is too much for a project")
    if total > UNSUSPICIOUS_BYTES and total / packed > MOST_RATIO:
        raise FetchError(f"{shown} would swell {total // packed} times to {total >> 20} MB; it is refused as a bomb")
    free = shutil.disk_usage(folder).free
    if total > free:
        raise FetchError(f"{shown} needs {total >> 20} MB, and {free >> 20} MB are free in {folder.parent}")


def _target(entry: zipfile.ZipInfo, folder: Path, shown: str) -> Path:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    drive = ":" in name.parts[0] if name.parts else False
    if not entry.filename or name.is_absolute() or ".." in name.parts or "\0" in entry.filename or drive:
        raise FetchError(f"{shown} holds {entry.filename!r}, which leads out of the folder")
    return folder / name


def _extract_file(file: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    if entry.is_dir():
        target.mkdir(exist_ok=True)
        return
    with file.open(entry) as packed, target.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked, 1 << 20)
    if (entry.external_attr >> 16) & stat.S_IXUSR:
        target.chmod(target.stat().st_mode | stat.S_IXUSR)


def _make_link(file: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Make a link in a folder that is none; a name that is taken is an error of the file system."""
    target.symlink_to(os.fsdecode(file.read(entry)[:_LINK_BYTES]))


def _check_link(entry: zipfile.ZipInfo, target: Path, folder: Path, shown: str) -> None:
    if not Path(os.path.realpath(target)).is_relative_to(os.path.realpath(folder)):
        raise FetchError(f"{shown} holds the link {entry.filename!r}, which leads out of the folder")

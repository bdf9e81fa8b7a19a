"""Small files of an `mlruns/` folder. In: a path. Out: the mapping or the pairs that it holds.

`meta.yaml` is a YAML mapping. A parameter, a tag or an alias is a file whose path below its folder is the key (a slash
in a key makes a folder) and whose content is the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(Exception):
    """A file that is torn, or not there; the message names it."""


def read_meta(folder: Path, name: str = "meta.yaml") -> dict[str, Any]:
    """Read a folder's own mapping; UnreadableError when it is none."""
    path = folder / name
    try:
        # By the C library where there is one: ten times faster, and there is a file for each run.
        loaded = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - both loaders are the safe one
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise UnreadableError(f"{path}: {_reason(error)}") from error
    if not isinstance(loaded, dict):
        raise UnreadableError(f"{path}: it is empty or torn")
    return loaded


def read_values(folder: Path) -> dict[str, str]:
    """Read the pairs below a folder, by key; UnreadableError when one cannot be read."""
    return {key: _read(path) for key, path in keyed_files(folder)}


def keyed_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder with its key, sorted; none where there is no folder."""
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path


def folders_in(folder: Path) -> list[Path]:
    """Every folder in a folder, sorted; none where there is no folder."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{path}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is missing"
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return "it is torn" if isinstance(error, yaml.YAMLError) else "it is no text"

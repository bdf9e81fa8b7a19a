"""Small files of an `mlruns/` folder. In: values. Out: files that appear whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from mlplat_cli.artifacts.confine import confined
from mlplat_cli.errors import ArtifactError, InvalidInputError, StoreError

META = "meta.yaml"


def write_meta(folder: Path, fields: Mapping[str, Any]) -> None:
    """Write the file that makes a folder count; everything else in it is written before."""
    write_yaml(folder / META, fields)


def write_yaml(path: Path, fields: Mapping[str, Any]) -> None:
    """Write a file of fields."""
    write_text(path, yaml.safe_dump(dict(fields), allow_unicode=True, default_flow_style=False))


def write_values(folder: Path, values: Mapping[str, str]) -> list[str]:
    """Write a file for each key, whose text is the value; return the keys that no file can be named by."""
    refused = []
    for key, value in values.items():
        place = place_of(folder, key)
        if place is None:
            refused.append(key)
        else:
            write_text(place, value)
    return refused


def place_of(folder: Path, key: str) -> Path | None:
    """Return the file of a key, whose slashes are folders; None when a key of the same beginning is a file there."""
    try:
        place = confined(folder, key)
        place.parent.mkdir(parents=True, exist_ok=True)
    except (InvalidInputError, ArtifactError, OSError):
        return None
    return None if place.is_dir() else place


def write_text(path: Path, text: str) -> None:
    """Write a file as one; StoreError when that fails."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8", newline="")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error

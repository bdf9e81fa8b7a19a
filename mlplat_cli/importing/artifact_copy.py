"""Copies artifacts. In: a place to read and a place to write. Out: the files that were missing, checked.

A file that lies there already with the same size is left alone: files are put in their place whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from mlplat_cli.artifacts.repository import ArtifactRepository, ReadableArtifacts
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import ArtifactError, MlplatError
from mlplat_cli.importing.source import Complaints

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Copied:
    """How much was new."""

    files: int
    size: int


def copy_files(
    files: Iterable[FileInfo], source: ReadableArtifacts, target: ArtifactRepository, complain: Complaints
) -> Copied:
    """Copy those files that the target lacks or has with another size; one that fails is told and left out."""
    there = {info.path: info.file_size for info in target.walk()}
    count = size = 0
    for info in files:
        if info.path in there and there[info.path] == info.file_size:
            continue
        try:
            size += _copy(info, source, target)
            count += 1
        except MlplatError as error:
            complain(error.message)
    return Copied(count, size)


def _copy(info: FileInfo, source: ReadableArtifacts, target: ArtifactRepository) -> int:
    opened = source.open_read(info.path)
    seen, size = hashlib.sha256(), 0
    with opened.stream as stream, target.begin(info.path) as upload:
        while chunk := stream.read(_CHUNK):
            seen.update(chunk)
            size += len(chunk)
            upload.write(chunk)
        if size != opened.size:
            raise ArtifactError(f"{info.path} ended after {size} of {opened.size} bytes")
        if upload.commit(opened.digest) != seen.hexdigest():
            raise ArtifactError(f"{info.path} is not what was written: the disk is at fault")
    return size

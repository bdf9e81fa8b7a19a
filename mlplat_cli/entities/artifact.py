"""What a listing says of one artifact."""

from __future__ import annotations

from msgspec import Struct


class FileInfo(Struct, frozen=True, kw_only=True):
    """One file or folder below an artifact root.

    Args:
        path: POSIX path relative to the listed root.
        is_dir: true for a folder.
        file_size: bytes; None for a folder.
        sha256: digest of a file's content in hexadecimal digits; None where it was never asked for.
    """

    path: str
    is_dir: bool
    file_size: int | None = None
    sha256: str | None = None

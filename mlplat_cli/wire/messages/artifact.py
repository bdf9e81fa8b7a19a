"""Requests and responses of artifact listings."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import FileInfo


class ListArtifacts(Struct, kw_only=True, frozen=True):
    """List one folder of a run's artifacts."""

    run_id: str = ""
    run_uuid: str = ""
    path: str = ""


class FileMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A file or folder; a folder has no size. MLflow does not know `sha256`, in hexadecimal digits."""

    path: str
    is_dir: bool
    file_size: int | None = None
    sha256: str | None = None


class ListArtifactsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The folder's content; paths are relative to `root_uri`."""

    root_uri: str
    files: tuple[FileMessage, ...] = ()


class ProxiedFilesResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A folder's content as the artifact proxy lists it; paths are relative to that folder."""

    files: tuple[FileMessage, ...] = ()


def file_message(info: FileInfo, path: str | None = None) -> FileMessage:
    """Show a file under its own path or another one."""
    shown = info.path if path is None else path
    return FileMessage(path=shown, is_dir=info.is_dir, file_size=info.file_size, sha256=info.sha256)

"""What an address is. In: a folder, a file, a database's or a server's address. Out: the `Source` that reads it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from mlplat.local_store import DATABASE_NAME, JOURNALS, STORE_FOLDER, is_server
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.importing.source import Complaints, Source

_SQLITE_HEADER = b"SQLite format 3\x00"
_EXPECTED = "name an mlruns folder, an mlflow.db file, MLflow's database or server by its address, or a .mlplat folder"
_MLFLOW_DATABASE = "mlflow.db"
_MLFLOW_FOLDER = "mlruns"


def open_source(address: str, artifact_root: Path | None, complain: Complaints) -> Source:
    """Open what an address names.

    Args:
        artifact_root: the folder that `mlflow-artifacts:` addresses of the source mean, where that is not known.
        complain: is told what cannot be read.

    Raises:
        NotFoundError: nothing is there, or no folder at `artifact_root`.
        InvalidInputError: it is nothing that MLflow wrote.
        StoreError, FetchError: a database or a server does not answer.
    """
    if artifact_root is not None and not artifact_root.is_dir():
        raise NotFoundError(f"--artifact-root {artifact_root}: there is no such folder")
    if address.startswith(("http://", "https://")):
        from mlplat_cli.importing.server_source import ServerSource

        return ServerSource(address, complain)
    if is_server(address):
        from mlplat_cli.importing.database_source import open_database_source

        return open_database_source(address, Path.cwd(), artifact_root, complain)
    return _open_path(address, artifact_root, complain)


def _open_path(address: str, artifact_root: Path | None, complain: Complaints) -> Source:
    path = _path(address)
    if not path.exists():
        raise NotFoundError(f"there is nothing at {path}", hint=_EXPECTED)
    if path.is_dir():
        store = _store_in(path)
        if store is not None:
            return _open_store(store)
        path = _chosen(path)
    if path.is_dir():
        from mlplat_cli.importing.file_source import FileSource

        return FileSource(path, artifact_root, complain)
    if not _is_sqlite(path):
        raise InvalidInputError(f"{path} is nothing that MLflow or mlplat wrote", hint=_EXPECTED)
    from mlplat_cli.importing.database_source import open_database_source

    uri = f"sqlite:///{quote(str(path.absolute()))}"
    return open_database_source(uri, path.absolute().parent, artifact_root, complain)


def _path(address: str) -> Path:
    if address.startswith("sqlite:///"):
        return Path(unquote(address.removeprefix("sqlite:///")))
    if address.startswith("file:"):
        return Path(unquote(urlsplit(address).path))
    if "://" in address:
        raise InvalidInputError(
            f"nothing can be imported from {address.partition('://')[0]}:// addresses", hint=_EXPECTED
        )
    return Path(address).expanduser()


def _store_in(folder: Path) -> Path | None:
    """Return the store of mlplat that a folder is or holds."""
    for each in (folder, folder / STORE_FOLDER):
        if (each / DATABASE_NAME).exists() or (each / JOURNALS).is_dir():
            return each
    return None


def _open_store(home: Path) -> Source:
    from mlplat_cli.importing.store_source import StoreSource
    from mlplat_cli.settings.address import find_store
    from mlplat_cli.tracking.session import TrackingSession

    session = TrackingSession(find_store(str(home)))
    try:
        session.refresh()
    except BaseException:
        session.close()
        raise
    return StoreSource(session.store, session.artifacts, str(home), session.close)


def _chosen(folder: Path) -> Path:
    """Return the folder itself, or the one thing in it that MLflow wrote."""
    from mlplat_cli.importing.file_source import is_file_store

    if is_file_store(folder):
        return folder
    inner, database = folder / _MLFLOW_FOLDER, folder / _MLFLOW_DATABASE
    found = [path for path, is_it in ((inner, is_file_store(inner)), (database, database.is_file())) if is_it]
    if len(found) > 1:
        raise InvalidInputError(
            f"{folder} holds both {_MLFLOW_FOLDER}/ and {_MLFLOW_DATABASE}", hint="name one of them"
        )
    if not found:
        raise InvalidInputError(f"{folder} holds nothing that MLflow or mlplat wrote", hint=_EXPECTED)
    return found[0]


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error

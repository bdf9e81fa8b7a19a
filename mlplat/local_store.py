"""Where a store on this machine lies. In: an address, or a folder to look from. Out: its folder, its database's file.

The library and the tool both ask here, so that what one writes the other finds.
"""

from __future__ import annotations

import os
import stat
from typing import Optional, Tuple

from mlplat.exceptions import IO_FAILED, MlplatException

STORE_FOLDER = ".mlplat"
DATABASE_NAME = "mlplat.db"
JOURNALS = "journals"
SERVERS = ("postgresql", "postgres", "mysql", "mariadb")


def named_store(uri: str) -> Optional[Tuple[str, str]]:
    """Return the folder and the database of the store that an address names; None where it is not on this machine.

    Args:
        uri: a folder, `file:///folder` or `sqlite:///file.db` (journals and artifacts lie beside the database).

    Raises:
        MlplatException: a `sqlite:` address that names no file.
    """
    if uri.startswith("sqlite:"):
        from urllib.parse import unquote

        path = unquote(uri[len("sqlite:///") :])
        if not uri.startswith("sqlite:///") or not path or path.startswith(":"):
            raise MlplatException(f"the tracking URI {uri!r} names no file; write sqlite:///folder/file.db")
        database = os.path.abspath(path)
        return os.path.dirname(database), database
    if uri.startswith("file:"):
        from urllib.parse import unquote, urlsplit

        folder = os.path.abspath(unquote(urlsplit(uri).path))
    elif "://" in uri:
        return None
    else:
        folder = os.path.abspath(os.path.expanduser(uri))
        inner = os.path.join(folder, STORE_FOLDER)
        if os.path.basename(folder) != STORE_FOLDER and os.path.isdir(inner):
            folder = inner
    return folder, os.path.join(folder, DATABASE_NAME)


def is_server(uri: str) -> bool:
    """Tell whether the address is a database of a server, with or without the name of a driver (`mysql+pymysql`)."""
    scheme, separator, _ = uri.partition("://")
    return bool(separator) and scheme.partition("+")[0] in SERVERS


def server_folder(uri: str) -> Optional[str]:
    """Return the folder that the address of a server's database names behind a `#`; None where it names none."""
    from urllib.parse import unquote

    folder = unquote(uri.partition("#")[2])
    return os.path.abspath(folder) if folder else None


def nearest_store(start: str) -> str:
    """Return the `.mlplat` folder in `start` or the nearest one above; the one that would be in `start` if none is.

    One in a folder that everybody may write to is found from that folder alone.
    """
    here = folder = os.path.abspath(start)
    while True:
        store = os.path.join(folder, STORE_FOLDER)
        if os.path.isdir(store) and (folder == here or not _is_everybodys(folder)):
            return store
        above = os.path.dirname(folder)
        if above == folder:
            return os.path.join(here, STORE_FOLDER)
        folder = above


def _is_everybodys(folder: str) -> bool:
    """Tell whether anybody may put a store there, as in /tmp: then it catches nothing that lies below."""
    return bool(os.stat(folder).st_mode & stat.S_IWOTH)


def is_mlflows(folder: str) -> bool:
    """Tell whether MLflow's file store has a folder (`mlruns`), and mlplat has nothing in it."""
    if os.path.exists(os.path.join(folder, DATABASE_NAME)):
        return False
    return any(os.path.exists(os.path.join(folder, name)) for name in (".trash", os.path.join("0", "meta.yaml")))


def make_store(folder: str) -> str:
    """Make a store's folder, if need be, and return its journals' folder; git does not see what lies in `.mlplat/`.

    Raises:
        MlplatException: it cannot be made, or it is MLflow's.
    """
    if is_mlflows(folder):
        raise MlplatException(f"{folder} is a folder of MLflow's own; take it over with: mlplat import {folder}")
    journals = os.path.join(folder, JOURNALS)
    ignore = os.path.join(folder, ".gitignore")
    try:
        os.makedirs(journals, exist_ok=True)
        if os.path.basename(folder) == STORE_FOLDER and not os.path.exists(ignore):
            with open(ignore, "w", encoding="utf-8") as file:
                file.write("*\n")
    except OSError as error:
        raise MlplatException(f"cannot make the store {folder}: {error.strerror}", IO_FAILED) from error
    return journals

"""Where this process logs to. In: variables, mlplat.toml, the current folder. Out: a journals folder.

The environment is the only state, so that processes which a script starts log where the script does:

    MLPLAT_JOURNAL_DIR      the journals folder itself; `mlplat run` sets it, and the URI is then only for reading
    MLPLAT_TRACKING_URI     a store's folder, file:///folder or sqlite:///file.db (journals lie beside the database), or
                            a server, http(s)://host: journals lie in its spool on this machine, and are shipped;
                            with postgresql://, mysql:// or mariadb:// the journals lie in the folder behind a `#`, or
                            in the one that would be used without any URI, and the tool brings them to the database
    MLFLOW_TRACKING_URI     the same where it is not a server's address: that one is MLflow's own, and left to it
    mlplat.toml             `tracking_uri` in it, where no variable says anything
    none of these           the nearest `.mlplat/` from the current folder upwards, or a new one in the current folder
"""

from __future__ import annotations

import os
from typing import Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.local_store import JOURNALS, is_server, make_store, named_store, nearest_store, server_folder
from mlplat.variables import drop

JOURNAL_DIR = "MLPLAT_JOURNAL_DIR"
TRACKING_URI = "MLPLAT_TRACKING_URI"
MLFLOW_TRACKING_URI = "MLFLOW_TRACKING_URI"
REMOTE = ("http://", "https://")
SPOOL_DIR = "MLPLAT_SPOOL_DIR"
SPOOL_ADDRESS = "address"
"""The file in a spool that says which server it is for."""

_default: List[str] = []
"""The folder that was found once, so that a script may change its current folder."""


_configured: List[Optional[str]] = []
"""What mlplat.toml said when it was read, once."""

_spools: Dict[str, str] = {}
"""Journals folders that are shipped, and to which server."""


def under_runner() -> bool:
    """Tell whether `mlplat run` started this process and watches it."""
    return bool(os.environ.get(JOURNAL_DIR))


def chosen_uri() -> Optional[str]:
    """Return the URI that somebody chose for this process: by a variable, or in mlplat.toml."""
    return variables_uri() or _configured_uri()


def variables_uri() -> Optional[str]:
    """Return the URI that a variable says; a server's address in MLFLOW_TRACKING_URI is MLflow's own and left to it."""
    uri = os.environ.get(TRACKING_URI)
    if uri:
        return uri
    twin = os.environ.get(MLFLOW_TRACKING_URI)
    return twin if twin and is_local(twin) else None


def get_tracking_uri() -> str:
    """Return where this process logs to: the chosen URI, or the folder of the default store."""
    return chosen_uri() or _default_folder()


def set_tracking_uri(uri: object) -> None:
    """Log to another store from the next run on; an empty URI means the default one.

    Args:
        uri: a folder (text or path), `file:///folder`, `sqlite:///file.db`, the address of a database, or the
            `http(s)://` address of a server; under `mlplat run` also its own URI.

    Raises:
        MlplatException: it is an address that this library cannot write to.
    """
    text = os.fspath(uri) if isinstance(uri, os.PathLike) else str(uri or "")
    if under_runner() and text in (os.environ.get(TRACKING_URI), os.environ.get(MLFLOW_TRACKING_URI)):
        return
    if text:
        _store_folder(text)
    # The runner's run lies in the store that is left behind here.
    if under_runner():
        drop("TRACKING_TOKEN")
    for name in ("RUN_ID", "EXPERIMENT_ID", "EXPERIMENT_NAME", "TRACKING_URI", "JOURNAL_DIR"):
        drop(name)
    if text:
        os.environ[TRACKING_URI] = text


def get_registry_uri() -> str:
    """Return where models are registered: in the store that this process logs to."""
    return get_tracking_uri()


def set_registry_uri(uri: object) -> None:
    """Accept the store that this process logs to, for ported scripts; runs and models are in one store.

    Raises:
        MlplatException: it is another one.
    """
    text = os.fspath(uri) if isinstance(uri, os.PathLike) else str(uri or "")
    if text not in ("", get_tracking_uri()):
        raise MlplatException(f"the registry is in the store {get_tracking_uri()}, not at {text!r}")


def is_tracking_uri_set() -> bool:
    """Tell whether a store was chosen, by a call or by the environment."""
    return chosen_uri() is not None


def is_local(uri: str) -> bool:
    """Tell whether the URI is a folder, an SQLite file or a server's database, whose journals are local."""
    return "://" not in uri or uri.startswith(("sqlite:", "file:")) or is_server(uri)


def journals_folder() -> str:
    """Return the folder of this process's journals; a store that is not there yet is made.

    Raises:
        MlplatException: the chosen URI is one that this library cannot write to, or no folder can be made.
    """
    uri = chosen_uri()
    if uri and ships():
        return begin_spool(uri)
    given = os.environ.get(JOURNAL_DIR)
    if given:
        return given
    return make_store(_store_folder(uri) if uri else _default_folder())


def store_home() -> str:
    """Return the folder beside whose journals a local store lies, whether or not it is there; none is made.

    Raises:
        MlplatException: the chosen URI is one that this library cannot write to.
    """
    given = os.environ.get(JOURNAL_DIR)
    if given:
        return os.path.dirname(given)
    uri = chosen_uri()
    return _store_folder(uri) if uri else _default_folder()


def spooled_for(journals: str) -> Optional[str]:
    """Return the server that the journals in a folder are shipped to; None for those of a local store."""
    return _spools.get(journals)


def ships() -> bool:
    """Tell whether this process ships what it logs to a server; under `mlplat run` only where that records there."""
    uri = chosen_uri()
    if uri is None or not uri.startswith(REMOTE):
        return False
    return not under_runner() or os.environ[JOURNAL_DIR] == os.path.join(spool_folder(uri), JOURNALS)


def spools_folder() -> str:
    """Return the folder of all spools, one a server: MLPLAT_SPOOL_DIR, or mlplat/spool in the user's data folder."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.join("~", ".local", "share")
    return os.path.abspath(os.path.expanduser(os.environ.get(SPOOL_DIR) or os.path.join(data, "mlplat", "spool")))


def spool_folder(uri: str) -> str:
    """Return the folder in which what is for a server waits.

    Raises:
        MlplatException: the address holds a password, or names no host.
    """
    from hashlib import sha256
    from urllib.parse import urlsplit

    place = urlsplit(uri).netloc
    if not place:
        raise MlplatException(f"the tracking URI {uri!r} names no host; write http://host:port")
    if "@" in place:
        raise MlplatException("a tracking URI holds no user or password; put the token into MLPLAT_TRACKING_TOKEN")
    return os.path.join(spools_folder(), sha256(uri.rstrip("/").encode()).hexdigest()[:16])


def begin_spool(uri: str) -> str:
    """Make the spool of a server and return its folder of journals.

    Raises:
        MlplatException: it cannot be made, or the address holds a password.
    """
    folder = spool_folder(uri)
    address = os.path.join(folder, SPOOL_ADDRESS)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not os.path.exists(address):
            with open(address, "w", encoding="utf-8") as file:
                file.write(uri.rstrip("/") + "\n")
    except OSError as error:
        raise MlplatException(f"cannot make the spool {folder}: {error}") from error
    journals = os.path.join(folder, JOURNALS)
    _spools[journals] = uri.rstrip("/")
    return journals


def _store_folder(uri: str) -> str:
    if uri.startswith(REMOTE):
        return spool_folder(uri)
    if is_server(uri):
        return server_folder(uri) or _default_folder()
    named = named_store(uri)
    if named is None:
        raise MlplatException(
            f"cannot log to a {uri.split('://', 1)[0]}:// address from a script of its own; "
            "start the script with `mlplat run`, or name a folder, sqlite:///file.db, a database or a server's address"
        )
    return named[0]


def _configured_uri() -> Optional[str]:
    if not _configured:
        from mlplat.configured import configured_uri

        _configured.append(configured_uri(os.getcwd()))
    return _configured[0]


def _default_folder() -> str:
    if not _default:
        _default.append(nearest_store(os.getcwd()))
    return _default[0]

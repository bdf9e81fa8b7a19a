"""Where this process logs to. In: MLPLAT_TRACKING_URI, MLPLAT_JOURNAL_DIR, the current folder. Out: a journals folder.

The environment is the only state, so that processes which a script starts log where the script does:

    MLPLAT_JOURNAL_DIR      the journals folder itself; `mlplat run` sets it, and the URI is then only for reading
    MLPLAT_TRACKING_URI     a store's folder, file:///folder or sqlite:///file.db (journals lie beside the database)
    neither                 the nearest `.mlplat/` from the current folder upwards, or a new one in the current folder
"""

from __future__ import annotations

import os
from typing import List, Optional

from mlplat.exceptions import MlplatException
from mlplat.local_store import make_store, named_store, nearest_store
from mlplat.variables import drop

JOURNAL_DIR = "MLPLAT_JOURNAL_DIR"
TRACKING_URI = "MLPLAT_TRACKING_URI"
MLFLOW_TRACKING_URI = "MLFLOW_TRACKING_URI"

_default: List[str] = []
"""The folder that was found once, so that a script may change its current folder."""


def under_runner() -> bool:
    """Tell whether `mlplat run` started this process and watches it."""
    return bool(os.environ.get(JOURNAL_DIR))


def chosen_uri() -> Optional[str]:
    """Return the URI that somebody chose for this process; MLFLOW_TRACKING_URI counts where we can write to it."""
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
        uri: a folder (text or path), `file:///folder` or `sqlite:///file.db`; under `mlplat run` also its own URI.

    Raises:
        MlplatException: it is an address that this library cannot write to.
    """
    text = os.fspath(uri) if isinstance(uri, os.PathLike) else str(uri or "")
    if under_runner() and text in (os.environ.get(TRACKING_URI), os.environ.get(MLFLOW_TRACKING_URI)):
        return
    if text:
        _store_folder(text)
    # The runner's run lies in the store that is left behind here.
    for name in ("RUN_ID", "EXPERIMENT_ID", "EXPERIMENT_NAME", "TRACKING_URI", "TRACKING_TOKEN", "JOURNAL_DIR"):
        drop(name)
    if text:
        os.environ[TRACKING_URI] = text


def is_tracking_uri_set() -> bool:
    """Tell whether a store was chosen, by a call or by the environment."""
    return chosen_uri() is not None


def is_local(uri: str) -> bool:
    """Tell whether the URI is a folder or an SQLite file."""
    return "://" not in uri or uri.startswith(("sqlite:", "file:"))


def journals_folder() -> str:
    """Return the folder of this process's journals; a store that is not there yet is made.

    Raises:
        MlplatException: the chosen URI is one that this library cannot write to, or no folder can be made.
    """
    given = os.environ.get(JOURNAL_DIR)
    if given:
        return given
    uri = chosen_uri()
    return make_store(_store_folder(uri) if uri else _default_folder())


def _store_folder(uri: str) -> str:
    named = named_store(uri)
    if named is None:
        raise MlplatException(
            f"cannot log to a {uri.split('://', 1)[0]}:// address from a script of its own; "
            "start the script with `mlplat run`, or name a folder or sqlite:///file.db"
        )
    return named[0]


def _default_folder() -> str:
    if not _default:
        _default.append(nearest_store(os.getcwd()))
    return _default[0]

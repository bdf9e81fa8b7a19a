"""What the store knows. In: run ids, experiment names. Out: the REST protocol's JSON objects and artifacts' bytes.

With an http(s) tracking URI the REST protocol is asked; with a local store the tool itself, where
it is installed beside the library: its entry point in the group `mlplat.stores` is called with the tracking URI and
returns an object with the methods of `Reader`. Both first ingest what this process wrote.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Protocol

from mlplat.exceptions import BAD_STATE, NOT_FOUND, MlplatException
from mlplat.location import REMOTE, get_tracking_uri, ships

GROUP = "mlplat.stores"

Json = Dict[str, Any]

_opened: Dict[str, "Reader"] = {}
_abandoned: List["Reader"] = []
"""The parent's readers in a forked child: kept, because closing a database connection there could harm the parent's."""


class Reader(Protocol):
    """A store, read."""

    def get_run(self, run_id: str) -> Optional[Json]:
        """Return `{"info": …, "data": …}`, or None when there is no such run."""
        ...

    def get_experiment(self, experiment_id: str) -> Optional[Json]:
        """Return the experiment's fields, or None when there is none."""
        ...

    def get_experiment_by_name(self, name: str) -> Optional[Json]:
        """Return the experiment's fields, a deleted one's too, or None when there is none."""
        ...

    def create_experiment(
        self, name: str, artifact_location: Optional[str] = None, tags: Optional[Dict[str, str]] = None
    ) -> str:
        """Make an experiment and return its id; one that exists already is no error, and stays as it is."""
        ...

    def download_artifact(self, run_id: str, path: str) -> Optional[bytes]:
        """Return an artifact's bytes, or None when there is none."""
        ...


def open_reader() -> Reader:
    """Return what reads the store that this process logs to.

    Raises:
        MlplatException: the store is a local one and the tool is not installed beside this library.
    """
    uri = get_tracking_uri()
    if uri not in _opened:
        _opened[uri] = _open(uri)
    if ships():
        from mlplat import shipper

        shipper.settle()
    return _opened[uri]


def find_reader() -> Optional[Reader]:
    """Return what reads the store that this process logs to, or None where nothing can."""
    try:
        return open_reader()
    except MlplatException:
        return None


def abandon_readers() -> None:
    """In a child process: open readers of its own from now on."""
    _abandoned.extend(_opened.values())
    _opened.clear()


def _open(uri: str) -> Reader:
    if uri.startswith(REMOTE):
        from mlplat.rest_reader import RestReader

        return RestReader(uri, os.environ.get("MLPLAT_TRACKING_TOKEN"))
    for entry_point in _entry_points():
        try:
            reader: Reader = entry_point.load()(uri)
        except (ImportError, SyntaxError) as error:  # installed for a Python that the tool does not support
            raise MlplatException(f"cannot read the store {uri}: {error}", BAD_STATE) from error
        return reader
    raise MlplatException(
        f"cannot read the store {uri} from here: install mlplat into this environment, or start with `mlplat run`",
        BAD_STATE,
    )


def _entry_points() -> List[Any]:
    from importlib import metadata

    found: Any = metadata.entry_points()
    if hasattr(found, "select"):
        return list(found.select(group=GROUP))
    return list(found.get(GROUP, ()))


def missing(what: str) -> MlplatException:
    """Return the error for a thing that is not in the store."""
    return MlplatException(f"{what} is not in the store {get_tracking_uri()}", NOT_FOUND)

"""What the store knows. In: calls of the REST protocol. Out: its JSON objects, and artifacts' bytes.

With an http(s) tracking URI the server is asked; with a local store the tool itself, where it is installed beside the
library: its entry point in the group `mlplat.stores` is called with the tracking URI and returns a `Caller`, which
answers the same calls without a server. Both first take in what this process wrote.
"""

from __future__ import annotations

from typing import IO, Any, Dict, List, Optional, Protocol

from mlplat.exceptions import NOT_FOUND, UNREACHABLE, MlplatException
from mlplat.location import REMOTE, get_tracking_uri, ships

GROUP = "mlplat.stores"
API = "/api/2.0/mlflow/"

Json = Dict[str, Any]

_opened: Dict[str, "Reader"] = {}
_abandoned: List["Reader"] = []
"""The parent's readers in a forked child: kept, because closing a database connection there could harm the parent's."""


class Caller(Protocol):
    """Whoever answers the REST protocol for a store."""

    def call(self, verb: str, path: str, fields: Json) -> Json:
        """Return what an endpoint answers.

        Args:
            path: from the root, percent-encoded. fields: of the request; those that are None are left out.

        Raises:
            MlplatException: with the protocol's error code.
        """
        ...

    def open_artifact(self, root: str, path: str) -> Optional[IO[bytes]]:
        """Open one file below an artifact address (`mlflow-artifacts:/…`) for reading; None when there is none."""
        ...

    def save_artifact(self, root: str, path: str, stream: IO[bytes]) -> None:
        """Keep what a stream holds as one file below an artifact address, whole or not at all."""
        ...

    def list_artifacts(self, root: str, path: str) -> List[Json]:
        """List one folder below an artifact address; `path`, `is_dir` and `file_size` of each, none for no folder."""
        ...


class Reader:
    """A store as this process asks it.

    Args:
        caller: whoever answers. MlplatException of every method: the store cannot be read, or refuses.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def ask(self, verb: str, endpoint: str, **fields: Any) -> Json:
        """Call an endpoint.

        Args:
            endpoint: its path below `/api/2.0/mlflow/`.
        """
        return self._caller.call(verb, API + endpoint, fields)

    def find(self, endpoint: str, field: str, **fields: Any) -> Optional[Json]:
        """Get one field of an answer; None when what is asked for is not there."""
        try:
            found: Json = self.ask("GET", endpoint, **fields)[field]
        except MlplatException as error:
            if error.error_code == NOT_FOUND:
                return None
            raise
        return found

    def get_run(self, run_id: str) -> Optional[Json]:
        """Return `{"info": …, "data": …}`, or None when there is no such run."""
        return self.find("runs/get", "run", run_id=run_id)

    def get_experiment(self, experiment_id: str) -> Optional[Json]:
        """Return the experiment's fields, or None when there is none."""
        return self.find("experiments/get", "experiment", experiment_id=experiment_id)

    def get_experiment_by_name(self, name: str) -> Optional[Json]:
        """Return the experiment's fields, a deleted one's too, or None when there is none."""
        return self.find("experiments/get-by-name", "experiment", experiment_name=name)

    def ensure_experiment(self, name: str) -> str:
        """Return the id of the experiment with this name, which is made when there is none."""
        known = self.get_experiment_by_name(name)
        if known is None:
            try:
                known = self.ask("POST", "experiments/create", name=name)
            except MlplatException:  # another process may have been quicker
                known = self.get_experiment_by_name(name)
                if known is None:
                    raise
        return str(known["experiment_id"])

    def open_artifact(self, root: str, path: str) -> Optional[IO[bytes]]:
        """Open one file below an artifact address for reading; None when there is none."""
        return self._caller.open_artifact(root, path)

    def save_artifact(self, root: str, path: str, stream: IO[bytes]) -> None:
        """Keep what a stream holds as one file below an artifact address, whole or not at all."""
        self._caller.save_artifact(root, path, stream)

    def list_artifacts(self, root: str, path: str = "") -> List[Json]:
        """List one folder below an artifact address: `path` (below the root), `is_dir`, `file_size` of each."""
        return self._caller.list_artifacts(root, path)

    def read_artifact(self, run_id: str, path: str) -> Optional[bytes]:
        """Return the bytes of a run's artifact, or None when there is none."""
        run = self.get_run(run_id)
        stream = None if run is None else self.open_artifact(run["info"]["artifact_uri"], path)
        if stream is None:
            return None
        with stream:
            return stream.read()


def open_reader(uri: Optional[str] = None) -> Reader:
    """Return what asks a store: the one at `uri`, or the one that this process logs to.

    Raises:
        MlplatException: the store is a local one and the tool is not installed beside this library.
    """
    chosen = uri or get_tracking_uri()
    if chosen not in _opened:
        _opened[chosen] = Reader(_caller(chosen))
    if ships():
        from mlplat import shipper

        shipper.settle()
    return _opened[chosen]


def find_reader() -> Optional[Reader]:
    """Return what asks the store that this process logs to, or None where nothing can."""
    try:
        return open_reader()
    except MlplatException:
        return None


def abandon_readers() -> None:
    """In a child process: open readers of its own from now on."""
    _abandoned.extend(_opened.values())
    _opened.clear()


def _caller(uri: str) -> Caller:
    if uri.startswith(REMOTE):
        from mlplat.rest_caller import RestCaller, authorization

        return RestCaller(uri, authorization())
    for entry_point in _entry_points():
        try:
            caller: Caller = entry_point.load()(uri)
        except (ImportError, SyntaxError) as error:  # installed for a Python that the tool does not support
            raise MlplatException(f"cannot read the store {uri}: {error}", UNREACHABLE) from error
        return caller
    raise MlplatException(
        f"cannot read the store {uri} from here: install mlplat into this environment, or start with `mlplat run`",
        UNREACHABLE,
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

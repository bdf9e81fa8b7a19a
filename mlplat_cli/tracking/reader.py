"""Reading a local store from a script. In: the entry point `mlplat.stores`, called by the library. Out: REST's JSON.

The library knows only the protocol's shapes, whether a server or the tool beside it answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from mlplat.exceptions import MlplatException
from mlplat_cli.artifacts.location import open_location
from mlplat_cli.entities import Experiment, Tag
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, MlplatError, NotFoundError
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession
from mlplat_cli.wire.codec import encode
from mlplat_cli.wire.faults import error_message, fault_of
from mlplat_cli.wire.messages.experiment import experiment_message
from mlplat_cli.wire.messages.run import run_message

Json = dict[str, Any]


@contextmanager
def _as_the_librarys() -> Iterator[None]:
    """Raise the tool's errors as the one that a script catches."""
    try:
        yield
    except MlplatError as error:
        raise MlplatException(error_message(error), fault_of(error).code) from error


class LocalReader:
    """Answers as `mlplat.reader.Reader` says; each call sees all that was logged before it.

    Args:
        session: the store.

    Raises:
        MlplatException: of the library, from every method: the store cannot be read or written.
    """

    def __init__(self, session: TrackingSession) -> None:
        self._session = session

    @_as_the_librarys()
    def get_run(self, run_id: str) -> Json | None:
        """Return a run, or None when there is none."""
        self._session.ingest(run_id)
        try:
            return _builtins(encode(run_message(self._session.store.get_run(run_id))))
        except NotFoundError:
            return None

    @_as_the_librarys()
    def get_experiment(self, experiment_id: str) -> Json | None:
        """Return an experiment, or None when there is none."""
        self._session.ingest()
        try:
            return _experiment(self._session.store.get_experiment(experiment_id))
        except (NotFoundError, InvalidInputError):  # no id at all is nobody's
            return None

    @_as_the_librarys()
    def get_experiment_by_name(self, name: str) -> Json | None:
        """Return an experiment, or None when there is none."""
        self._session.ingest()
        found = self._session.store.find_experiment(name)
        return None if found is None else _experiment(found)

    @_as_the_librarys()
    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: dict[str, str] | None = None
    ) -> str:
        """Return the id of the experiment with that name, made when it is new."""
        self._session.ingest()
        found = self._session.store.find_experiment(name)
        if found is None:
            given = [Tag(key, value) for key, value in (tags or {}).items()]
            try:
                return self._session.store.create_experiment(name, artifact_location, given).experiment_id
            except AlreadyExistsError:
                return self.create_experiment(name)
        return found.experiment_id

    @_as_the_librarys()
    def download_artifact(self, run_id: str, path: str) -> bytes | None:
        """Return a file of a run, or None when there is none."""
        self._session.ingest(run_id)
        try:
            run = self._session.store.get_run(run_id)
            opened = open_location(run.info.artifact_uri, self._session.address.home).open_read(path)
        except NotFoundError:
            return None
        with opened.stream as stream:
            return stream.read()


@_as_the_librarys()
def open_reader(tracking_uri: str) -> LocalReader:
    """Open the store at an address for reading; the library's entry point calls this.

    Raises:
        MlplatException: of the library: it cannot be opened.
    """
    return LocalReader(TrackingSession(find_store(tracking_uri)))


def _experiment(experiment: Experiment) -> Json:
    return _builtins(encode(experiment_message(experiment)))


def _builtins(encoded: bytes) -> Json:
    decoded: Json = msgspec.json.decode(encoded)
    return decoded

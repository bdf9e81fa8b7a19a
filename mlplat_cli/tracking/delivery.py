"""Staged files to where a run's artifacts and models lie. In: artifact records. Out: files at their address.

A file whose path cannot be used (`d` after `d/e`, a name that is too long) must neither be lost nor keep what
was logged after it from the store: it is kept at a path of its own, and a tag of the run says so.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from mlplat_cli.artifacts.location import open_location
from mlplat_cli.artifacts.repository import ArtifactRepository
from mlplat_cli.entities import ArtifactRecord, TagRecord
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store

REFUSED_TAG = "mlplat.refusedArtifact"
REFUSED_FOLDER = "mlplat/refused"
"""Below the run's artifacts; `<process>/<staged>` in it is a file whose own path could not be used."""

_LONGEST_REASON = 500


class Delivery:
    """Moves the files that lie beside one journal.

    Args:
        store, home: the store and its folder. artifact_uri: of the run. staging: the journal's folder of files.
    """

    def __init__(self, store: Store, home: Path, artifact_uri: str, staging: Path) -> None:
        self._store, self._home, self._staging = store, home, staging
        self._repository = open_location(artifact_uri, home)
        self._models: dict[str, ArtifactRepository] = {}

    def deliver(self, record: ArtifactRecord) -> TagRecord | None:
        """Bring one file to its address; one that was moved before is left alone.

        Returns:
            None, or the tag that says why the file was not given its path, and where it is kept.

        Raises:
            ArtifactError: the file cannot be written now. InvalidInputError: no file can, for this run.
        """
        staged = self._staging / Path(record.staged).name
        try:
            _bring(staged, self._place(record.model_id), record.path)
        except (InvalidInputError, NotFoundError) as error:
            name = f"{self._staging.stem}/{staged.name}"
            _bring(staged, self._repository, f"{REFUSED_FOLDER}/{name}")
            kept = f"{error.message[:_LONGEST_REASON]}; kept as {REFUSED_FOLDER}/{name}"
            return TagRecord(f"{REFUSED_TAG}.{name}", kept.replace("\0", ""))
        return None

    def _place(self, model_id: str | None) -> ArtifactRepository:
        """Return where the run's files lie, or those of a model; NotFoundError when it was deleted meanwhile."""
        if model_id is None:
            return self._repository
        if model_id not in self._models:
            self._models[model_id] = open_location(self._store.get_logged_model(model_id).artifact_uri, self._home)
        return self._models[model_id]


def _bring(staged: Path, repository: ArtifactRepository, path: str) -> None:
    # Asked even where the file is gone: an ingest that was cut off comes to the same answer again.
    with contextlib.suppress(FileNotFoundError):  # a concurrent or cut-off ingest moved it already
        repository.take(staged, path)

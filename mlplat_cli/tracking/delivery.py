"""Staged files to where a run's artifacts lie. In: artifact records. Out: files at their address."""

from __future__ import annotations

import errno
from pathlib import Path

from mlplat_cli.artifacts.location import open_location
from mlplat_cli.entities import ArtifactRecord
from mlplat_cli.errors import ArtifactError

CHUNK_BYTES = 1 << 20


class Delivery:
    """Moves the files that lie beside one journal.

    Args:
        home: the store's folder. artifact_uri: of the run. staging: the journal's folder of files.
    """

    def __init__(self, home: Path, artifact_uri: str, staging: Path) -> None:
        self._repository = open_location(artifact_uri, home)
        self._staging = staging

    def deliver(self, record: ArtifactRecord) -> None:
        """Bring one file to its address; one that was moved before is left alone.

        Raises:
            InvalidInputError: the record's path leaves the run's artifacts. ArtifactError: it cannot be written.
        """
        staged = self._staging / Path(record.staged).name
        if not staged.exists():
            return  # a concurrent or cut-off ingest moved it already
        target = self._repository.reserve(record.path)
        if target is None:
            self._copy(record, staged)
            return
        try:
            staged.replace(target)
        except FileNotFoundError:
            return  # a concurrent ingest was faster
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise ArtifactError(f"cannot write artifact {record.path!r}: {error.strerror}") from error
            self._copy(record, staged)

    def _copy(self, record: ArtifactRecord, staged: Path) -> None:
        """Write the bytes where a rename cannot bring them: another file system or another machine."""
        with staged.open("rb") as stream:
            self._repository.write(record.path, iter(lambda: stream.read(CHUNK_BYTES), b""))
        staged.unlink(missing_ok=True)

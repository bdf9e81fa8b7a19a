"""`mlplat runs logs`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import NewestRun, TrackingUri

if TYPE_CHECKING:
    from typing import BinaryIO

    from mlplat_cli.artifacts.repository import ArtifactRepository
    from mlplat_cli.tracking.session import TrackingSession

POLL_SECONDS = 0.3
REMOTE_POLL_SECONDS = 3.0
"""A run on another machine sends what is new every few seconds."""

LIVENESS_SECONDS = 2.0
"""How often a follower asks the store whether the run goes on."""

CHUNK_BYTES = 1 << 20


def logs(
    run: NewestRun = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the run ends.")] = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Show what a run wrote to its standard output and error."""
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.errors import NotFoundError
    from mlplat_cli.launch.output import OUTPUT_ARTIFACT
    from mlplat_cli.tracking.finding import named_or_newest_run

    with tracking(tracking_uri) as session:
        info = named_or_newest_run(session.store, run).info
        output = Output(session.artifacts(info.artifact_uri), OUTPUT_ARTIFACT)
        if follow:
            _follow(session, info.run_id, output)
        elif not output.copy():
            raise NotFoundError(
                f"run {info.run_name} has no recorded output", hint="only runs made by `mlplat run` have it"
            )


class Output:
    """A run's output, shown as it grows.

    Args:
        artifacts: of the run. path: of the output among them.
    """

    def __init__(self, artifacts: ArtifactRepository, path: str) -> None:
        self._artifacts = artifacts
        self._path = path
        self._shown = 0

    def copy(self) -> bool:
        """Write what is new to standard output; False when there is no output (yet)."""
        from mlplat_cli.errors import NotFoundError

        try:
            opened = self._artifacts.open_read(self._path)
        except NotFoundError:
            return False
        with opened.stream as stream:
            if stream.seekable():
                stream.seek(self._shown)
            else:
                _skip(stream, self._shown)
            while chunk := stream.read(CHUNK_BYTES):
                sys.stdout.buffer.write(chunk)
                self._shown += len(chunk)
        sys.stdout.buffer.flush()
        return True


def _skip(stream: BinaryIO, size: int) -> None:
    while size > 0 and (chunk := stream.read(min(size, CHUNK_BYTES))):
        size -= len(chunk)


def _follow(session: TrackingSession, run_id: str, output: Output) -> None:
    asked, ended = 0.0, False
    while True:
        output.copy()
        if ended:
            return
        if time.monotonic() - asked > LIVENESS_SECONDS:
            session.refresh(run_id)
            # What was written between the last copy and the end is copied once more.
            ended = session.store.get_run(run_id).info.status.is_terminal
            asked = time.monotonic()
        if not ended:
            time.sleep(REMOTE_POLL_SECONDS if session.address.is_remote else POLL_SECONDS)


command = leaf(logs, "logs")

"""`mlplat runs logs`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import NewestRun, TrackingUri

if TYPE_CHECKING:
    from pathlib import Path

    from mlplat_cli.tracking.session import TrackingSession

POLL_SECONDS = 0.3
LIVENESS_SECONDS = 2.0
"""How often a follower asks the store whether the run goes on."""

CHUNK_BYTES = 1 << 20


def logs(
    run: NewestRun = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the run ends.")] = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Show what a run wrote to its standard output and error."""
    from mlplat_cli.artifacts.location import open_location
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.errors import NotFoundError
    from mlplat_cli.launch.output import OUTPUT_ARTIFACT
    from mlplat_cli.tracking.finding import named_or_newest_run

    with tracking(tracking_uri) as session:
        info = named_or_newest_run(session.store, run).info
        artifacts = open_location(info.artifact_uri, session.address.home)
        if follow:
            # The run may have begun a moment ago: its output need not be there yet.
            path = artifacts.reserve(OUTPUT_ARTIFACT)
            assert path is not None, "only addresses of this machine are opened by this version"
            _follow(session, info.run_id, path)
            return
        try:
            path = artifacts.local_path(OUTPUT_ARTIFACT)
        except NotFoundError as error:
            raise NotFoundError(
                f"run {info.run_name} has no recorded output", hint="only runs made by `mlplat run` have it"
            ) from error
        assert path is not None, "only addresses of this machine are opened by this version"
        _copy(path, 0)


def _copy(path: Path, offset: int) -> int:
    """Write the log from an offset on; return the offset of its end."""
    if not path.exists():
        return offset
    with path.open("rb") as stream:
        stream.seek(offset)
        while chunk := stream.read(CHUNK_BYTES):
            sys.stdout.buffer.write(chunk)
            offset += len(chunk)
    sys.stdout.buffer.flush()
    return offset


def _follow(session: TrackingSession, run_id: str, path: Path) -> None:
    offset, asked, ended = 0, 0.0, False
    while True:
        offset = _copy(path, offset)
        if ended:
            return
        if time.monotonic() - asked > LIVENESS_SECONDS:
            session.refresh(run_id)
            # What was written between the last copy and the end is copied once more.
            ended = session.store.get_run(run_id).info.status.is_terminal
            asked = time.monotonic()
        if not ended:
            time.sleep(POLL_SECONDS)


command = leaf(logs, "logs")

"""`mlplat artifacts show`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import RunId, TrackingUri

CHUNK_BYTES = 1 << 20


def show(
    run: RunId,
    path: Annotated[str, typer.Argument(metavar="PATH", help="File below the run's artifacts.")],
    tracking_uri: TrackingUri = None,
) -> None:
    """Print a file of a run.

    Byte for byte; a binary file is not written to a terminal.
    """
    from mlplat_cli.cli.artifacts.place import artifacts_of
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.errors import InvalidInputError

    with tracking(tracking_uri) as session:
        opened = artifacts_of(session, run).open_read(path)
    with opened.stream as stream:
        chunk = stream.read(CHUNK_BYTES)
        if b"\0" in chunk and sys.stdout.isatty():
            raise InvalidInputError(f"artifact {path!r} is binary", hint="fetch it with: mlplat artifacts download")
        while chunk:
            sys.stdout.buffer.write(chunk)
            chunk = stream.read(CHUNK_BYTES)
    sys.stdout.buffer.flush()


command = leaf(show, "show")

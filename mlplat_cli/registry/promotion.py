"""A move that gates hold. In: a version and the move. Out: the move done, once the commands that it waits for passed.

A gate's command is run by bash in the current folder, with the project-command rules of `process.project`, and told of
the version by variables:

MLPLAT_MODEL_URI       models:/NAME/VERSION          MLPLAT_MODEL_NAME, MLPLAT_MODEL_VERSION
MLPLAT_MODEL_PATH      folder with its files         MLPLAT_SOURCE_RUN_ID   run that it came from, where it is known
MLPLAT_TRACKING_URI    the store
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from mlplat_cli.entities import Gate, ModelVersion
from mlplat_cli.errors import GateError
from mlplat_cli.process.progress import Progress
from mlplat_cli.process.project import start_project
from mlplat_cli.registry.files import fetch
from mlplat_cli.registry.resolution import resolve
from mlplat_cli.settings.address import LOCAL_STORE_VARIABLE
from mlplat_cli.tracking.session import TrackingSession

T = TypeVar("T")
Consent = Callable[[Sequence[Gate]], None]
"""Told which commands are about to run; raises where they must not."""

GRACE_SECONDS = 3.0


def promote(
    session: TrackingSession, version: ModelVersion, move: Callable[[], T], consent: Consent, progress: Progress
) -> T:
    """Move an alias or stage to a version; what the gates' commands say is kept in the store.

    Args:
        move: raises GateError where gates hold it. consent: asked before commands run.

    Raises:
        GateError: a gate is shut, and running its command does not open it.
    """
    try:
        return move()
    except GateError as error:
        if not error.waiting:
            raise
        waiting = [gate for gate in session.store.gates(version.name) if gate.gate_id in error.waiting]
    consent(waiting)
    uri = f"models:/{version.name}/{version.version}"
    folder = fetch(session, resolve(session.store, uri), progress)
    for gate in waiting:
        _check(session, version, gate, folder, progress)
    return move()


def _check(session: TrackingSession, version: ModelVersion, gate: Gate, folder: Path, progress: Progress) -> None:
    progress.step(f"checking {version.name}/{version.version} with {gate.text}")
    exit_code = _run(gate.command or "", _variables(session, version, folder))
    detail = "" if exit_code == 0 else _ending(exit_code)
    session.store.record_check(version.name, gate.gate_id, version.version, passed=exit_code == 0, detail=detail)
    if exit_code:
        raise GateError(
            f"{version.name}{gate.target} is held by gate {gate.text}: for version {version.version} {detail}",
            gates=(gate.text,),
        )


def _ending(exit_code: int) -> str:
    return f"it ended with exit code {exit_code}" if exit_code > 0 else f"signal {-exit_code} ended it"


def _run(command: str, variables: dict[str, str]) -> int:
    """Run a command to its end, its output shown as it comes; what it left running is ended."""
    process = start_project(command, cwd=Path.cwd(), env=os.environ | variables)
    read_end, write_end = os.pipe()
    with process.popen:
        try:
            return process.pump(_show, wake=read_end, on_wake=lambda: None)
        finally:
            os.close(read_end)
            os.close(write_end)
            process.end_tree(GRACE_SECONDS)


def _show(_stream: str, chunk: bytes) -> None:
    # Standard output is the command's own: what a check prints is progress to whoever moves an alias.
    sys.stderr.write(chunk.decode(errors="replace"))
    sys.stderr.flush()


def _variables(session: TrackingSession, version: ModelVersion, folder: Path) -> dict[str, str]:
    address = session.address
    variables = {
        "MLPLAT_MODEL_URI": f"models:/{version.name}/{version.version}",
        "MLPLAT_MODEL_NAME": version.name,
        "MLPLAT_MODEL_VERSION": version.version,
        "MLPLAT_MODEL_PATH": str(folder),
        "MLPLAT_TRACKING_URI": address.uri,
        LOCAL_STORE_VARIABLE: address.uri,
    }
    return variables | ({"MLPLAT_SOURCE_RUN_ID": version.run_id} if version.run_id else {})

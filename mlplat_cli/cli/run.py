"""`mlplat run`: fetch a project, build its environment, run an entry point, record the run."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.settings.option import EnvManager, Option, resolve, resolve_switch

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.launch.execute import Outcome, Surroundings
    from mlplat_cli.launch.plan import Plan
    from mlplat_cli.launch.request import RunRequest
    from mlplat_cli.launch.store_link import Server
    from mlplat_cli.process.progress import Progress
    from mlplat_cli.tracking.session import TrackingSession

_NOT_FOUND = 127
"""bash's exit code for a program that it does not find."""


def run(
    uri: Annotated[str, typer.Argument(metavar="URI", help="Folder, git address or zip, with #subfolder if need be.")],
    entry_point: Annotated[
        str, typer.Option("--entry-point", "-e", help="Entry point's name, or a .py, .sh or .R file.")
    ] = "main",
    version: Annotated[
        str | None, typer.Option("--version", "-v", help="Commit, tag or branch of a git project.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param-list", "-P", metavar="NAME=VALUE", help="A parameter; repeatable.")
    ] = None,
    experiment_name: Annotated[
        str | None, typer.Option(help="Experiment that the run goes to; made when it is new.")
    ] = None,
    experiment_id: Annotated[str | None, typer.Option(help="Experiment that the run goes to, by id.")] = None,
    run_name: Annotated[str | None, typer.Option(help="Name of the run; made up when not given.")] = None,
    env_manager: Annotated[
        EnvManager | None, typer.Option(help="What makes the environment; local uses the current one.")
    ] = None,
    storage_dir: Annotated[
        Path | None, typer.Option(help="Folder that `path` parameters are downloaded to.", file_okay=False)
    ] = None,
    tracking_uri: TrackingUri = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Resolve the environment's packages anew.")] = False,
    no_system_metrics: Annotated[
        bool, typer.Option("--no-system-metrics", help="Do not sample CPU, memory, disk, network and GPU.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be done and run nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --dry-run: print the plan as JSON.")] = False,
) -> int:
    """Run a project and record the run.

    The exit code is 0 when the run FINISHED, 1 when the project's command failed; docs/exit-codes.md has the others.
    """
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.launch.request import RunRequest
    from mlplat_cli.projects.parameters import parse_params

    by_id = experiment_id or (None if experiment_name else resolve(Option.EXPERIMENT_ID))
    storage = resolve(Option.STORAGE_DIR, str(storage_dir) if storage_dir else None)
    request = RunRequest(
        uri=uri,
        entry_point=entry_point,
        version=version,
        parameters=parse_params(param or []),
        env_manager=resolve(Option.ENV_MANAGER, env_manager),
        experiment_name=None if by_id else resolve(Option.EXPERIMENT_NAME, experiment_name),
        experiment_id=by_id,
        run_name=run_name,
        storage_dir=Path(storage) if storage else None,
        refresh_environment=refresh,
    )
    progress = ConsoleProgress()
    surroundings = _surroundings(tracking_uri, no_system_metrics=no_system_metrics, progress=progress)
    if dry_run:
        return _with_plan(request, progress, lambda plan: _show_plan(plan, as_json=as_json), download=False)
    return _with_plan(request, progress, lambda plan: _carry_out(plan, surroundings))


def _with_plan(request: RunRequest, progress: Progress, then: Callable[[Plan], int], *, download: bool = True) -> int:
    """Fetch the project, plan the run, do something with the plan, and clear up."""
    from mlplat_cli.launch.plan import make_plan
    from mlplat_cli.process.termination import terminable
    from mlplat_cli.projects.fetch import fetch
    from mlplat_cli.projects.source import parse_source
    from mlplat_cli.settings.folders import cache_dir

    source = parse_source(request.uri)
    with terminable(), fetch(source, request.version, cache=cache_dir(), progress=progress) as checkout:
        return then(make_plan(request, source, checkout, progress, download=download))


def _carry_out(plan: Plan, surroundings: Surroundings) -> int:
    from mlplat_cli.launch.execute import execute

    return _report(execute(plan, surroundings))


def _surroundings(tracking_uri: str | None, *, no_system_metrics: bool, progress: ConsoleProgress) -> Surroundings:
    from mlplat_cli.cli.console import note
    from mlplat_cli.launch.execute import Surroundings
    from mlplat_cli.settings.address import find_store

    def announce(run_id: str, name: str) -> None:
        progress.close()
        note(f"mlplat: run {name} ({run_id})")

    def advise(line: str) -> None:
        progress.close()
        note(f"mlplat: {line}")

    return Surroundings(
        address=find_store(tracking_uri),
        make_server=_make_server,
        metrics_interval=None if no_system_metrics else _interval(),
        announce=announce,
        advise=advise,
        progress=progress,
    )


def _interval() -> float | None:
    from mlplat_cli.errors import InvalidInputError
    from mlplat_cli.launch.system_metrics import DEFAULT_INTERVAL

    if not resolve_switch(Option.SYSTEM_METRICS, flag=None, default=True):
        return None
    text = resolve(Option.SYSTEM_METRICS_INTERVAL)
    try:
        interval = float(text) if text else DEFAULT_INTERVAL
    except ValueError:
        interval = 0.0
    if interval <= 0:
        raise InvalidInputError(f"{Option.SYSTEM_METRICS_INTERVAL.key} is {text!r}; it must be seconds above 0")
    return interval


def _make_server(session: TrackingSession, listener: socket.socket, secret: str, owner: str) -> Server:
    """Build the REST server that the project's clients talk to."""
    from mlplat_cli.server.loopback import LoopbackServer

    def build() -> ASGIApp:
        from mlplat_cli.server.app import build_app

        return build_app(
            session.store,
            home=session.address.home,
            secret=secret,
            before_read=session.ingest,
            owner=owner,
        )

    return LoopbackServer(listener, build)


def _show_plan(plan: Plan, *, as_json: bool) -> int:
    from mlplat_cli.cli.console import print_json, print_record

    described = plan.to_json()
    if as_json:
        print_json(described)
    else:
        print_record({key: value for key, value in described.items() if key != "version"})
    return 0


def _report(outcome: Outcome) -> int:
    from mlplat_cli.cli.console import note
    from mlplat_cli.entities import RunStatus

    sys.stdout.flush()
    note(f"mlplat: run {outcome.run_name} {outcome.status}; show it with: mlplat runs show {outcome.run_id}")
    if outcome.stopped_by is not None:
        return 128 + outcome.stopped_by
    if outcome.exit_code:
        note(f"mlplat: the project's command ended with exit code {outcome.exit_code}")
    if outcome.exit_code == _NOT_FOUND and outcome.stopped_by is None:
        note(
            "  hint: a program that it calls is not on this machine, or not in the project's environment; the output"
            " above names it"
        )
    return 0 if outcome.status is RunStatus.FINISHED else 1


command = leaf(run, "run")

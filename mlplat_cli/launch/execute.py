"""A plan carried out: environment, record, process, end. In: a plan. Out: how the run ended.

The run begins in its journal and its process starts at once; a store of this machine is opened and the REST protocol
served beside it, so that neither is waited for. Requests that come earlier wait in the socket's queue. For the same
reason, what is needed only while the process runs is imported then.
"""

from __future__ import annotations

import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlplat.context import user
from mlplat.names import random_name
from mlplat_cli.environments.build import Environment, environment_variables, in_use, prepare
from mlplat_cli.environments.library import library_folder
from mlplat_cli.errors import Terminated
from mlplat_cli.launch.experiment import find_target
from mlplat_cli.launch.plan import Plan
from mlplat_cli.launch.record import Recorder
from mlplat_cli.launch.supervise import KILL_SECONDS, Ended, Supervisor
from mlplat_cli.launch.tags import run_tags
from mlplat_cli.launch.variables import Connection, child_variables
from mlplat_cli.process.progress import Progress
from mlplat_cli.process.project import ProjectProcess, start_project
from mlplat_cli.projects.parameters import remove_downloads
from mlplat_cli.settings.address import StoreAddress, ensure_home

if TYPE_CHECKING:
    from mlplat_cli.entities import RunStatus
    from mlplat_cli.launch.place import KeepsFiles, Place
    from mlplat_cli.launch.store_link import MakeServer
    from mlplat_cli.launch.system_metrics import SystemMetrics

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Args:
        exit_code: of the project's command; negative when a signal ended it.
        stopped_by: the signal that the runner was sent, if that ended the run.
    """

    run_id: str
    run_name: str
    status: RunStatus
    exit_code: int
    stopped_by: signal.Signals | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run is given by its caller.

    Args:
        address: the store that records it. make_server: serves that store's REST protocol.
        metrics_interval: seconds between samples of the machine's use; None for none.
        announce: told the run's id and name as it begins. advise: told a line that a person should know.
    """

    address: StoreAddress
    make_server: MakeServer
    metrics_interval: float | None
    announce: Callable[[str, str], None]
    advise: Callable[[str], None]
    progress: Progress


def execute(plan: Plan, around: Surroundings) -> Outcome:
    """Build the environment, run the project, record it.

    Raises:
        EnvironmentBuildError: before anything is recorded. StoreError: the store cannot be opened; what was
            logged stays in the journal and is ingested later. LaunchError: the process could not be started.
    """
    ensure_home(around.address)
    environment = prepare(
        plan.spec,
        manager=plan.request.env_manager,
        project_dir=plan.project_dir,
        progress=around.progress,
        refresh=plan.request.refresh_environment,
    )
    for line in environment.notes:
        around.advise(line)
    try:
        with in_use(environment):
            return _Execution(plan, around, environment).run()
    finally:
        remove_downloads(plan.downloads)


class _Execution:
    """One run in progress."""

    def __init__(self, plan: Plan, around: Surroundings, environment: Environment) -> None:
        self._plan = plan
        self._around = around
        self._environment = environment
        self._run_id = uuid.uuid4().hex
        request = plan.request
        self._target = find_target(around.address, request.experiment_name, request.experiment_id)

    def run(self) -> Outcome:
        ended: Ended | None = None
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            recorder = self._recorder()
            self._around.announce(self._run_id, recorder.run_name)
            place = self._place(recorder, listener)
            place.begin()
            try:
                self._keep_changes(place.artifacts)
                with self._started(place.connection) as process:
                    place.accompany(on_failure=lambda: process.signal_tree(signal.SIGTERM))
                    ended = self._supervise(process, recorder, place)
            except KeyboardInterrupt as stop:  # before the supervisor listens for it
                number = signal.Signals(stop.number if isinstance(stop, Terminated) else signal.SIGINT)
                ended = Ended(-number, number)
            finally:
                status = place.settle(ended)
        assert ended is not None, "an error on the way is raised above"
        return Outcome(self._run_id, recorder.run_name, status, ended.exit_code, ended.stopped_by)

    def _place(self, recorder: Recorder, listener: socket.socket) -> Place:
        around = self._around
        if around.address.is_remote:
            from mlplat_cli.launch.server_place import ServerPlace

            return ServerPlace(around.address, recorder, around.advise)
        from mlplat_cli.launch.local_place import LocalPlace

        return LocalPlace(
            around.address,
            recorder,
            artifact_uri=self._target.artifact_uri(self._run_id),
            listener=listener,
            secret=os.urandom(SECRET_BYTES).hex(),
            make_server=around.make_server,
            advise=around.advise,
        )

    def _recorder(self) -> Recorder:
        return Recorder(
            self._around.address.journals,
            self._run_id,
            experiment_id=self._target.experiment_id,
            experiment_name=self._target.name,
            run_name=self._plan.request.run_name or random_name(),
            user=user(),
            tags=run_tags(self._plan, self._environment.manager),
            parameters=self._plan.parameters,
        )

    @contextmanager
    def _started(self, connection: Connection) -> Iterator[ProjectProcess]:
        """Start the project's process; whatever happens, none of its tree outlives the block."""
        process = start_project(
            self._plan.command,
            cwd=self._plan.project_dir,
            env=child_variables(
                run_id=self._run_id,
                experiment_id=self._target.experiment_id,
                experiment_name=self._target.name,
                connection=connection,
                environment=environment_variables(self._environment),
                library=library_folder(),
            ),
        )
        try:
            yield process
        except BaseException:
            process.end_tree(KILL_SECONDS)
            raise

    def _supervise(self, process: ProjectProcess, recorder: Recorder, place: Place) -> Ended:
        from mlplat_cli.launch.provenance import store_environment

        metrics: SystemMetrics | None = None
        with place.output() as output:
            try:
                metrics = self._metrics(process, recorder)
                store_environment(place.artifacts, self._plan, self._environment)
                return Supervisor(process).wait(output.write)
            finally:
                if metrics:
                    metrics.stop()

    def _metrics(self, process: ProjectProcess, recorder: Recorder) -> SystemMetrics | None:
        interval = self._around.metrics_interval
        if interval is None:
            return None
        from mlplat_cli.launch.system_metrics import SystemMetrics

        metrics = SystemMetrics(process.pid, self._plan.project_dir, interval, recorder.metrics)
        metrics.start()
        return metrics

    def _keep_changes(self, artifacts: KeepsFiles) -> None:
        """Keep what differs from the commit, as it is now: the project may change its own files."""
        tree = self._plan.tree
        if tree is not None and tree.dirty:
            from mlplat_cli.launch.provenance import store_changes

            for line in store_changes(artifacts, self._plan.project_dir, tree):
                self._around.advise(line)

"""From what a user names to what can be asked. In: `-m` options. Out: models in built environments, not started.

A name is looked up in the store only where one is needed; a folder is served without any, and without its libraries.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat.models.trust import Trust
from mlplat_cli.environments.build import Environment, environment_variables, in_use
from mlplat_cli.environments.library import library_folder
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.process.progress import Progress
from mlplat_cli.registry.model_environment import environment_of
from mlplat_cli.registry.model_uri import existing_folder
from mlplat_cli.serving.deployment import Deployment
from mlplat_cli.serving.scoring import ScoringReader
from mlplat_cli.serving.served_model import ServedModel, described
from mlplat_cli.serving.worker import WorkerCommand

if TYPE_CHECKING:
    from mlplat_cli.registry.resolution import ResolvedModel
    from mlplat_cli.settings.address import StoreAddress
    from mlplat_cli.tracking.session import TrackingSession

_NAMED = re.compile(r"(?P<name>[^/:=]+)=(?P<uri>.+)")
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS")


@dataclass(frozen=True, slots=True)
class Asked:
    """One `-m`: a model URI, and the name under which it is served (None: its own)."""

    uri: str
    name: str | None = None


def parse_asked(text: str) -> Asked:
    """Read `URI` or `NAME=URI`."""
    found = _NAMED.fullmatch(text)
    return Asked(found["uri"], found["name"]) if found else Asked(text)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How each model is served.

    Args:
        env_manager: local, virtualenv, uv or conda; None chooses. workers: processes a model. trust: whether whatever
        code a model holds may run. timeout: seconds that a request may take. most_waiting: requests that may wait.
        joins: whether requests may be joined.
    """

    env_manager: str | None = None
    workers: int = 1
    trust: bool = False
    timeout: float = 60.0
    most_waiting: int = 1024
    joins: bool = True


class Opener:
    """Opens models, and keeps the environments that they run in; use it as a context manager.

    Args:
        address: of the store. session: opens it, where a model's URI needs one. models: how many are served in all.

    Attributes:
        notes: what the user should know of the environments.
    """

    def __init__(
        self,
        address: StoreAddress,
        session: Callable[[], TrackingSession],
        options: WorkerOptions,
        progress: Progress,
        models: int = 1,
    ) -> None:
        self._address = address
        self._open_session = session
        self._session: TrackingSession | None = None
        self._options = options
        self._progress = progress
        self._threads = threads_of(options.workers * models)
        self._held = ExitStack()
        self.notes: list[str] = []

    def __enter__(self) -> Opener:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def resolved(self, asked: Asked) -> ResolvedModel:
        """Return what a URI means now; errors as of `mlplat_cli.registry.resolution.resolve`."""
        from mlplat_cli.registry.resolution import resolve

        return resolve(self.session.store, asked.uri)

    @property
    def session(self) -> TrackingSession:
        """The store, opened when it is first needed."""
        if self._session is None:
            self._session = self._open_session()
        return self._session

    def open(self, asked: Asked) -> ServedModel:
        """Fetch a model's files and build its environment; nothing is started yet.

        Raises:
            MlplatError: there is no such model, or its environment cannot be built.
        """
        if folder := existing_folder(asked.uri):
            return self._served(asked, None, folder)
        return self.open_resolved(asked, self.resolved(asked))

    def open_resolved(self, asked: Asked, found: ResolvedModel) -> ServedModel:
        """Do as `open` does with what a URI meant when it was looked up."""
        from mlplat_cli.registry.files import fetch

        return self._served(asked, found, fetch(self.session, found, self._progress))

    def _served(self, asked: Asked, found: ResolvedModel | None, folder: Path) -> ServedModel:
        about = described(folder)
        trust = Trust(self._options.trust, str(self._address.ledger))
        environment = environment_of(folder, self._options.env_manager, self._progress, trust=trust)
        self._held.enter_context(in_use(environment))
        if environment.path is not None:
            self.notes += [f"{asked.uri}: {note}" for note in environment.notes]
        deployment = Deployment(
            self._command(folder, environment),
            workers=self._options.workers,
            timeout=self._options.timeout,
            most_waiting=self._options.most_waiting,
            joins=self._options.joins,
        )
        registered, version = (found.name, found.version) if found else (None, None)
        return ServedModel(
            asked.name or registered or folder.name,
            asked.uri,
            version,
            folder,
            about.platform,
            registered,
            about.signature,
            ScoringReader(about.signature),
            deployment,
        )

    def _command(self, folder: Path, environment: Environment) -> WorkerCommand:
        variables = environment_variables(environment)
        variables |= {name: str(self._threads) for name in _THREAD_VARIABLES if name not in os.environ}
        # Threads of OpenMP that spin while they wait take the processor from the front: 30 ms a row instead of 0.3.
        variables.setdefault("OMP_WAIT_POLICY", os.environ.get("OMP_WAIT_POLICY", "passive"))
        return WorkerCommand(
            environment.python,
            folder,
            library_folder(),
            tuple(variables.items()),
            trust=self._options.trust,
            ledger=self._address.ledger,
        )


def threads_of(workers: int) -> int:
    """Return how many threads a worker's libraries may start: they share all cores but the front's."""
    return max(1, (len(os.sched_getaffinity(0)) - 1) // workers)


def distinct_names(models: Sequence[ServedModel]) -> None:
    """Refuse two models of one name.

    Raises:
        InvalidInputError: names both.
    """
    seen: dict[str, ServedModel] = {}
    for model in models:
        if model.name in seen:
            raise InvalidInputError(
                f"two models are named {model.name!r}: {seen[model.name].uri} and {model.uri}",
                hint="name them: -m first=URI -m second=URI",
            )
        seen[model.name] = model

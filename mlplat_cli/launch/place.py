"""Where a run is recorded, as the runner sees it. In: nothing. Out: what `local_place` and `server_place` answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mlplat_cli.entities import RunStatus
    from mlplat_cli.launch.output import OutputLog
    from mlplat_cli.launch.supervise import Ended
    from mlplat_cli.launch.variables import Connection


class KeepsFiles(Protocol):
    """Keeps files among a run's artifacts."""

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        """Keep a file, whole; returns its bytes."""
        ...


class Place(Protocol):
    """The store of one run that is about to begin."""

    @property
    def connection(self) -> Connection:
        """How the project's process reaches the store."""
        ...

    @property
    def artifacts(self) -> KeepsFiles:
        """What is kept among the run's artifacts."""
        ...

    def begin(self) -> None:
        """Make the run known, as far as the project's process needs it from its first moment on."""
        ...

    def accompany(self, on_failure: Callable[[], None]) -> None:
        """Bring to the store what is logged while the process runs.

        Args:
            on_failure: called, perhaps from a thread, where the store turns out to be one that takes nothing.
        """
        ...

    def output(self) -> AbstractContextManager[OutputLog]:
        """Open what keeps the process's output."""
        ...

    def settle(self, ended: Ended | None) -> RunStatus:
        """Record how the run ended, when everything of it is logged.

        Args:
            ended: None when the runner itself failed on the way.

        Raises:
            MlplatError: the store cannot be opened; what was logged stays in its journals.
        """
        ...

"""Everything a run stored, in one tree. In: a run. Out: its artifacts, and each model that it logged as a folder.

MLflow 3 keeps a model beside the run that logged it, yet `runs:/<run>/<name>` still means it; so does a path here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec

from mlplat_cli.artifacts.repository import ArtifactRepository, OpenedArtifact
from mlplat_cli.entities import FileInfo, LoggedModel, Run
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.session import TrackingSession


def _logged_models(store: Store, run: Run) -> list[LoggedModel]:
    found = []
    for output in run.outputs.model_outputs:
        with contextlib.suppress(NotFoundError):
            found.append(store.get_logged_model(output.model_id))
    return found


class RunArtifacts:
    """Answers as `ReadableArtifacts` does.

    Args:
        session: knows the models that the run logged, and where artifacts lie.

    Attributes:
        logged: the models that the run logged and that were not deleted since.
    """

    def __init__(self, session: TrackingSession, run: Run) -> None:
        self._own = session.artifacts(run.info.artifact_uri)
        taken = {info.path for info in self._own.list()}
        self.logged = _logged_models(session.store, run)
        # A later model of the same name stands for the name, as it does for the stock client.
        self._models = {
            model.name: session.artifacts(model.artifact_uri) for model in self.logged if model.name not in taken
        }

    def list(self, path: str = "") -> list[FileInfo]:
        """List one folder, sorted, not recursive."""
        name, model, rest = self._find(path)
        if model is not None:
            return [_below(name, info) for info in model.list(rest)]
        listed = self._own.list(path)
        if not path.strip("/"):
            listed = [*listed, *(FileInfo(path=name, is_dir=True) for name in self._models)]
        return sorted(listed, key=lambda info: info.path)

    def walk(self, path: str = "") -> Iterator[FileInfo]:
        """Every file (no folders) at or below a path."""
        name, model, rest = self._find(path)
        if model is not None:
            yield from (_below(name, info) for info in model.walk(rest))
            return
        yield from self._own.walk(path)
        if not path.strip("/"):
            for name in sorted(self._models):
                yield from self.walk(name)

    def open_read(self, path: str) -> OpenedArtifact:
        """Open a file; NotFoundError when there is none."""
        _, model, rest = self._find(path)
        return self._own.open_read(path) if model is None else model.open_read(rest)

    def _find(self, path: str) -> tuple[str, ArtifactRepository | None, str]:
        name, _, rest = path.strip("/").partition("/")
        return name, self._models.get(name), rest


def _below(name: str, info: FileInfo) -> FileInfo:
    return msgspec.structs.replace(info, path=f"{name}/{info.path}")

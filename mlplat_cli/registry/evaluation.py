"""Models, measured on one file of data. In: their URIs. Out: metrics of each, and a run that has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mlplat_cli.process.progress import Progress
from mlplat_cli.registry.files import fetch
from mlplat_cli.registry.measuring import Question, measured
from mlplat_cli.registry.resolution import ResolvedModel, folder_model, resolve
from mlplat_cli.settings.address import StoreAddress
from mlplat_cli.tracking.session import TrackingSession


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of a model; `files` is a folder of charts and tables."""

    resolved: ResolvedModel
    metrics: dict[str, float]
    files: Path


class Evaluation:
    """Measures models in the environments that they ask for.

    Args:
        open_session: opens the store; called when a model's URI needs it.
        manager: of environments; None chooses.
        folder: for what is found; it is there and empty.
    """

    def __init__(
        self,
        address: StoreAddress,
        open_session: Callable[[], TrackingSession],
        *,
        question: Question,
        manager: str | None,
        progress: Progress,
        folder: Path,
    ) -> None:
        self._address, self._open_session, self._question = address, open_session, question
        self._manager, self._progress, self._folder = manager, progress, folder
        self._session: TrackingSession | None = None
        self._numbers = count()

    def measure(self, uri: str) -> Measured:
        """Measure the model of a URI.

        Raises:
            MlplatError: there is no such model, its environment cannot be built, or model and data do not go together.
        """
        resolved, model = self._fetched(uri)
        output = self._folder / str(next(self._numbers))
        output.mkdir()
        metrics = measured(
            model,
            self._question,
            output,
            address=self._address,
            manager=self._manager,
            progress=self._progress,
        )
        return Measured(resolved, metrics, output / "files")

    def _fetched(self, uri: str) -> tuple[ResolvedModel, Path]:
        if found := folder_model(uri):  # needs no store
            return found, Path(found.address)
        if self._session is None:
            self._session = self._open_session()
        resolved = resolve(self._session.store, uri)
        return resolved, fetch(self._session, resolved, self._progress)

    def log(self, found: Measured, experiment_name: str | None, run_name: str | None) -> str:
        """Log what was found to a new run of this store, and return its id."""
        import mlplat

        mlplat.set_tracking_uri(self._address.uri)
        if experiment_name is not None:
            mlplat.set_experiment(experiment_name)
        resolved = found.resolved
        name = run_name or f"evaluation of {resolved.name or Path(resolved.address).name}"
        dataset = mlplat.data.from_file(self._question.data)
        with mlplat.start_run(run_name=name, tags={"mlplat.evaluated": resolved.uri}) as run:
            mlplat.log_input(dataset, "evaluation")
            mlplat.log_metrics(found.metrics, model_id=resolved.model_id, dataset=dataset)
            mlplat.log_artifacts(found.files)
            return str(run.info.run_id)

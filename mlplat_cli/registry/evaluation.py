"""Models, measured on one file of data. In: their URIs. Out: metrics of each, and a run that has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mlplat_cli.errors import NotFoundError
from mlplat_cli.process.progress import Progress
from mlplat_cli.registry.files import fetch
from mlplat_cli.registry.measuring import Question, measured
from mlplat_cli.registry.model_uri import FolderUri, parse_model_uri
from mlplat_cli.registry.resolution import ResolvedModel, resolve
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
        parsed = parse_model_uri(uri)
        if isinstance(parsed, FolderUri):  # needs no store
            if not parsed.folder.is_dir():
                raise NotFoundError(f"there is no folder {parsed.folder}")
            return ResolvedModel(str(parsed.folder), str(parsed.folder)), parsed.folder
        if self._session is None:
            self._session = self._open_session()
        resolved = resolve(self._session.store, uri)
        return resolved, fetch(self._session, resolved, self._progress)

<<<<<<< HEAD
    Raises:
        InvalidInputError: model and data do not go together, or the model is not trusted.
        EnvironmentBuildError: its environment cannot be built. LaunchError: its process died.
    """
    ledger = None if address.ledger is None else str(address.ledger)
    environment = environment_of(folder, manager, progress, trust=Trust(question.trust, ledger))
    request = output / "asked.json"
    asked = {
        "model": str(folder),
        "data": str(question.data.absolute()),
        "targets": question.targets,
        "model_type": question.model_type,
        "config": question.config,
        "trust": question.trust,
        "ledger": ledger,
        "output": str(output),
    }
    request.write_text(json.dumps(asked), encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    variables |= environment_variables(environment)
    library = library_folder()
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, [str(library), variables.get("PYTHONPATH", "")]))
    if address.is_remote:
        variables["MLPLAT_TRACKING_URI"] = address.uri  # by which the process finds the ledger
    with in_use(environment):
        # The current folder is on the path of `-m`: the model's own there would run what it holds.
        done = run_tool([str(environment.python), "-m", "mlplat.evaluation", str(request)], cwd=library, env=variables)
    found = output / "found.json"
    if done.returncode or not found.is_file():
        said = " / ".join(done.stderr.strip().splitlines()[-LAST_LINES:])
        raise LaunchError(f"the model's process ended with {done.returncode}: {said}")
    answer = json.loads(found.read_text(encoding="utf-8"))
    if "error" in answer:
        raise InvalidInputError(str(answer["error"]))
    return {str(name): float(value) for name, value in answer["metrics"].items()}
=======
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
>>>>>>> main

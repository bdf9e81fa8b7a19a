"""What a model's container runs. In: the variables of the platform that started it. Out: predictions, until a signal.

`check` is what the image's build runs: a model that cannot be loaded, or does not answer its example, stops the build.

    SageMaker   started as `IMAGE serve`; port 8080, the model in /opt/ml/model
    KServe      the model in /mnt/models
    Azure ML    AZUREML_MODEL_DIR: the model, or a folder above it
    Vertex AI   AIP_HTTP_PORT, AIP_HEALTH_ROUTE, AIP_PREDICT_ROUTE
    Cloud Run   PORT

MLPLAT_WORKERS and MLPLAT_TIMEOUT (seconds) are `--workers` and `--timeout` of `mlplat models serve`.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from mlplat_cli.errors import InvalidInputError, LaunchError, MlplatError, NotFoundError
from mlplat_cli.process.progress import SilentProgress

if TYPE_CHECKING:
    from mlplat_cli.serving.opening import Asked, Opener
    from mlplat_cli.serving.served_model import ServedModel

FOLDERS = ("/mnt/models", "/opt/ml/model")
"""Where models are looked for, the first that holds one; a platform lays its own over these."""
PORT = 8080
_PORTS = ("AIP_HTTP_PORT", "PORT")
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class ContainerSettings:
    """What the platform asks for.

    Args:
        folder: of the model. name: under which it is served. paths: other paths, and what they stand for.
        timeout: seconds that a request may take. trust: whether code of the model may run.
    """

    folder: Path
    name: str
    port: int
    paths: Mapping[str, str]
    workers: int
    timeout: float
    trust: bool


def main(words: Sequence[str]) -> int:
    """Serve until a signal; returns an exit code."""
    said = logging.StreamHandler()
    said.setFormatter(logging.Formatter("mlplat: %(message)s"))
    logging.getLogger("mlplat_cli").addHandler(said)
    try:
        if list(words) not in ([], ["serve"], ["check"]):
            raise InvalidInputError(f"this image does nothing but serve and check, not {' '.join(words)!r}")
        settings = read_settings(os.environ)
        check(settings) if "check" in words else run(settings)
    except MlplatError as error:
        print(f"mlplat: {error.message}", file=sys.stderr)  # noqa: T201 - a container's log is its standard error
        return 1
    return 0


def read_settings(variables: Mapping[str, str]) -> ContainerSettings:
    """Read what the platform says.

    Raises:
        InvalidInputError: a variable holds no number. NotFoundError: there is no model.
    """
    port = next((name for name in _PORTS if variables.get(name)), None)
    routes = {"AIP_HEALTH_ROUTE": "/ping", "AIP_PREDICT_ROUTE": "/invocations"}
    return ContainerSettings(
        folder=_model_folder(variables),
        name=variables.get("MLPLAT_MODEL_NAME") or "model",
        port=PORT if port is None else int(_number(variables, port)),
        paths={variables[name]: path for name, path in routes.items() if variables.get(name)},
        workers=max(1, int(_number(variables, "MLPLAT_WORKERS", 1))),
        timeout=_number(variables, "MLPLAT_TIMEOUT", 60),
        trust=variables.get("MLPLAT_TRUST") == "true",
    )


def run(settings: ContainerSettings) -> None:
    """Serve the model; errors as of `standalone.serve` and `Opener.open`."""
    from mlplat_cli.serving.predictions import Limits
    from mlplat_cli.serving.standalone import ServingOptions, listening, serve

    limits = Limits(settings.timeout)
    # A container's network is its own: what may reach it is for whoever publishes the port to say.
    everywhere = "0.0.0.0"  # noqa: S104 - as the comment says
    with ExitStack() as held:
        listener = held.enter_context(listening(everywhere, settings.port))
        opener, asked = _opener(settings, held)
        model = opener.open(asked)
        where = ServingOptions(everywhere, settings.port, limits, paths=settings.paths)
        told = partial(_told, model)
        serve([(asked, model)], opener, where, listener, told)


def check(settings: ContainerSettings) -> None:
    """Load the model and let it answer its input example.

    Raises:
        LaunchError: it cannot be loaded, or does not answer.
    """
    import asyncio

    async def tried(model: ServedModel) -> str | None:
        try:
            await model.start()
            return model.trouble
        finally:
            await model.deployment.stop(0)

    with ExitStack() as held:
        opener, asked = _opener(settings, held)
        trouble = asyncio.run(tried(opener.open(asked)))
    if trouble is not None:
        raise LaunchError(f"the model does not answer its input example: {trouble}")


def _opener(settings: ContainerSettings, held: ExitStack) -> tuple[Opener, Asked]:
    from mlplat_cli.serving.opening import Asked, Opener, WorkerOptions
    from mlplat_cli.settings.address import find_store

    how = WorkerOptions("local", settings.workers, settings.trust, settings.timeout)
    opener = held.enter_context(Opener(find_store(None), _no_store, how, SilentProgress()))
    return opener, Asked(str(settings.folder), settings.name)


def _no_store() -> NoReturn:
    raise NotFoundError("a container has no store: its model is a folder")


def _model_folder(variables: Mapping[str, str]) -> Path:
    given = variables.get("MLPLAT_MODEL_DIR") or variables.get("AZUREML_MODEL_DIR")
    for folder in (given,) if given else FOLDERS:
        found = _found(Path(folder), _DEEPEST)
        if found is not None:
            return found
    raise NotFoundError(f"there is no file MLmodel in {given or ' or '.join(FOLDERS)}")


def _found(folder: Path, depth: int) -> Path | None:
    """Return the folder with a model in it: this one, or the only one so deep below."""
    if (folder / "MLmodel").is_file():
        return folder
    if depth == 0 or not folder.is_dir():
        return None
    below = [_found(each, depth - 1) for each in sorted(folder.iterdir()) if each.is_dir()]
    return next(filter(None, below), None)


def _number(variables: Mapping[str, str], name: str, default: float | None = None) -> float:
    text = variables.get(name)
    if not text and default is not None:
        return default
    try:
        return float(text or "")
    except ValueError:
        raise InvalidInputError(f"{name}={text!r} is no number") from None


def _told(model: ServedModel, url: str) -> None:
    line = f"{model.name} is not ready: {model.trouble}" if model.trouble else f"{model.name} is served at {url}"
    print(f"mlplat: {line}", file=sys.stderr, flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

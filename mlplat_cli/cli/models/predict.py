"""`mlplat models predict`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.serving.files.blocks import FileType
from mlplat_cli.serving.files.results import OutputType
from mlplat_cli.settings.option import EnvManager, Option, resolve

T = TypeVar("T", FileType, OutputType)

PATIENCE_SECONDS = 7 * 86_400.0
"""For one block: a file is asked by one person, who has Ctrl-C."""


def predict(
    model_uri: Annotated[str, typer.Option("--model-uri", "-m", metavar="URI", help="A model's URI, or folder.")],
    input_path: Annotated[
        Path | None, typer.Option("--input-path", "-i", metavar="FILE", help="What to predict; standard input.")
    ] = None,
    output_path: Annotated[
        Path | None, typer.Option("--output-path", "-o", metavar="FILE", help="Where to; standard output.")
    ] = None,
    content_type: Annotated[
        FileType | None, typer.Option("--content-type", "-t", help="Of the input; as its name ends, else json.")
    ] = None,
    output_type: Annotated[OutputType | None, typer.Option(help="Of the output; as its name ends, else json.")] = None,
    env_manager: Annotated[
        EnvManager | None, typer.Option(help="What makes the model's environment; local uses the current one.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Run whatever code the model holds, as a pickle may.")] = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Predict what a file holds, in the model's own environment.

    The input is CSV with a header, JSON as the server takes it, or Parquet. A CSV file is predicted block by block, so
    that it may be larger than memory.
    """
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import session_on_demand
    from mlplat_cli.errors import InvalidInputError
    from mlplat_cli.process.termination import terminable
    from mlplat_cli.serving.files.blocks import blocks_of
    from mlplat_cli.serving.files.predicting import predict as predict_blocks
    from mlplat_cli.serving.files.results import results_to
    from mlplat_cli.serving.opening import Asked, Opener, WorkerOptions
    from mlplat_cli.settings.address import find_store

    address = find_store(tracking_uri)
    taken = content_type or _by_name(FileType, input_path) or FileType.JSON
    given = output_type or _by_name(OutputType, output_path) or OutputType.JSON
    if output_type is None and _by_name(FileType, output_path) is FileType.PARQUET:
        raise InvalidInputError(f"{output_path}: answers are written as JSON or CSV", hint="or say --output-type")
    how = WorkerOptions(
        env_manager=resolve(Option.ENV_MANAGER, env_manager), trust=trust, timeout=PATIENCE_SECONDS, joins=False
    )
    with ExitStack() as held:
        source = held.enter_context(_reading(input_path))
        progress = ConsoleProgress()
        opener = held.enter_context(Opener(address, session_on_demand(held, address), how, progress))
        with terminable():
            model = opener.open(Asked(model_uri))
            progress.close()
            with _writing(output_path) as target:
                predict_blocks(model, blocks_of(source, taken), taken, results_to(target, given))


def _by_name(kind: type[T], path: Path | None) -> T | None:
    ending = path.suffix.lower().removeprefix(".") if path else ""
    return next((each for each in kind if each.value == ending), None)


@contextmanager
def _reading(path: Path | None) -> Iterator[BinaryIO]:
    from mlplat_cli.errors import NotFoundError

    if path is None:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFoundError(f"cannot read {path}: {error.strerror or error}") from None
    with file:
        yield file


@contextmanager
def _writing(path: Path | None) -> Iterator[BinaryIO]:
    """Yield where answers go; a file has its name only once all of them are in it."""
    from mlplat_cli.errors import ArtifactError

    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise ArtifactError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


command = leaf(predict, "predict")

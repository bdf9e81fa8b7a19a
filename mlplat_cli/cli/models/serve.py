"""`mlplat models serve`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.settings.option import EnvManager, Option, resolve

if TYPE_CHECKING:
    from mlplat_cli.serving.opening import WorkerOptions
    from mlplat_cli.serving.predictions import Beside
    from mlplat_cli.serving.standalone import ServingOptions
    from mlplat_cli.settings.address import StoreAddress


def serve(
    model_uri: Annotated[
        list[str],
        typer.Option("--model-uri", "-m", metavar="[NAME=]URI", help="A model's URI, or folder; repeatable."),
    ],
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="Port to listen on; 0 for any that is free.")
    ] = 5000,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets every machine ask.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, max=256, help="Processes for each model.")] = 1,
    env_manager: Annotated[
        EnvManager | None, typer.Option(help="What makes the models' environments; local uses the current one.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", "-t", min=0.1, help="Seconds that a request may take.")] = 60,
    max_request_bytes: Annotated[int, typer.Option(min=1, help="Bytes that a request's body may have.")] = 100
    * 1024
    * 1024,
    max_waiting: Annotated[int, typer.Option(min=1, help="Requests of a model that may wait; more get 503.")] = 1024,
    batching: Annotated[
        bool, typer.Option("--batching/--no-batching", help="Whether requests that wait are predicted together.")
    ] = True,
    trust: Annotated[bool, typer.Option("--trust", help="Run whatever code the models hold, as a pickle may.")] = False,
    follow_seconds: Annotated[
        float, typer.Option(min=0.1, help="Seconds between two looks at what an alias or stage means.")
    ] = 5.0,
    log_predictions: Annotated[
        bool, typer.Option("--log-predictions", help="Keep inputs and outputs, for `mlplat models monitor`.")
    ] = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Serve models over HTTP, each in its own environment.

    The first is asked at /invocations, each at /models/NAME/invocations and /v2/models/NAME/infer.
    """
    from mlplat_cli.serving.opening import WorkerOptions
    from mlplat_cli.serving.predictions import Limits
    from mlplat_cli.serving.standalone import ServingOptions
    from mlplat_cli.settings.address import find_store

    how = WorkerOptions(
        env_manager=resolve(Option.ENV_MANAGER, env_manager),
        workers=workers,
        trust=trust,
        timeout=timeout,
        most_waiting=max_waiting,
        joins=batching,
    )
    address = find_store(tracking_uri)
    with _beside(address if log_predictions else None) as beside:
        where = ServingOptions(
            host=host,
            port=port,
            limits=Limits(timeout, max_request_bytes),
            follow_seconds=follow_seconds,
            beside=beside,
        )
        _serve(model_uri, address, how, where)


@contextmanager
def _beside(address: StoreAddress | None) -> Iterator[Beside]:
    """Yield what takes note of predictions; their inputs and outputs only where a store is given that keeps them."""
    import os

    from mlplat_cli.cli.console import note
    from mlplat_cli.serving.predictions import Beside
    from mlplat_cli.serving.tracing import tracer_of

    log, tracer = None, tracer_of(os.environ)
    if address is not None:
        from mlplat_cli.serving.prediction_log import PREDICTIONS, PredictionLog

        log = PredictionLog(address.home / PREDICTIONS)
    try:
        yield Beside(log, tracer)
    finally:
        for each in (log, tracer):
            if each is not None:
                each.close()
        if log is not None and log.figures.loss:
            note(f"mlplat: {log.figures.loss}")


def _serve(uris: list[str], address: StoreAddress, how: WorkerOptions, where: ServingOptions) -> None:
    import logging
    from contextlib import ExitStack

    from mlplat_cli.cli.console import note
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import session_on_demand
    from mlplat_cli.process.termination import terminable
    from mlplat_cli.serving.opening import Opener, distinct_names, parse_asked
    from mlplat_cli.serving.standalone import is_local, listening, serve

    said = logging.StreamHandler()
    said.setFormatter(logging.Formatter("mlplat: %(message)s"))
    logging.getLogger("mlplat_cli").addHandler(said)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # a store that is away is told of once, in plain words
    with ExitStack() as held:
        progress = ConsoleProgress()
        listener = held.enter_context(listening(where.host, where.port))
        opener = held.enter_context(Opener(address, session_on_demand(held, address), how, progress, len(uris)))
        with terminable():
            opened = [(asked, opener.open(asked)) for asked in map(parse_asked, uris)]
        models = [model for _, model in opened]
        distinct_names(models)
        progress.close()
        for line in opener.notes:
            note(f"mlplat: {line}")

        def tell(url: str) -> None:
            for model in models:
                if model.trouble:
                    note(f"mlplat: {model.name} is not ready: {model.trouble}")
            note(f"mlplat: {', '.join(model.name for model in models)} served at {url}")
            if not is_local(listener):
                note("mlplat: everybody who reaches that address may ask: there is no authentication")

        serve(opened, opener, where, listener, tell)


command = leaf(serve, "serve")

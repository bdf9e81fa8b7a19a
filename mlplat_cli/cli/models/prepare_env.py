"""`mlplat models prepare-env`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import ModelUri
from mlplat_cli.cli.options import Json, TrackingUri
from mlplat_cli.settings.option import EnvManager, Option, resolve


def prepare_env(
    model_uri: ModelUri,
    env_manager: Annotated[
        EnvManager | None, typer.Option(help="What makes the environment; local uses the current one.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Resolve again, for newer versions.")] = False,
    trust: Annotated[bool, typer.Option("--trust", help="Build it from wherever the model says.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Build the environment of a model and print its folder.

    An environment that is there already is used as it is. With the manager local, the Python on PATH is printed.
    """
    from mlplat_cli.cli.console import note, print_json, say
    from mlplat_cli.cli.models.named import named_model, trust_in
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.registry.files import fetch
    from mlplat_cli.registry.model_environment import environment_of

    progress = ConsoleProgress()
    with named_model(tracking_uri, model_uri) as (resolved, session):
        folder = fetch(session, resolved, progress)
        trusted = trust_in(session, trust=trust)
    manager = resolve(Option.ENV_MANAGER, env_manager)
    found = environment_of(folder, manager, progress, refresh=refresh, trust=trusted)
    progress.close()
    for each in found.notes:
        note(f"mlplat: {each}")
    if not as_json:
        say(str(found.path or found.python))
        return
    print_json(
        {
            "version": SCHEMA_VERSION,
            "environment": {
                "name": found.name,
                "path": None if found.path is None else str(found.path),
                "python": str(found.python),
                "python_version": found.python_version,
                "manager": found.manager,
                "created": found.created,
            },
        }
    )


command = leaf(prepare_env, "prepare-env")

"""`mlplat models generate-dockerfile`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.image_options import BaseImage, FrontImage, ModelUri, Platform, Trust, Variables
from mlplat_cli.cli.options import TrackingUri


def generate_dockerfile(
    model_uri: ModelUri,
    output_directory: Annotated[
        Path, typer.Option("--output-directory", "-d", metavar="FOLDER", help="Folder to write; new or empty.")
    ] = Path("mlplat-dockerfile"),
    base_image: BaseImage = None,
    front_image: FrontImage = None,
    platform: Platform = None,
    env: Variables = None,
    trust: Trust = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Write a folder with a Dockerfile that serves a model.

    All packages lie in it, so that any engine builds it: docker, buildah, kaniko; only the base image is fetched.
    """
    import shlex

    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.models.image_options import container_variables, plan
    from mlplat_cli.cli.models.named import named_model, trust_in
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.registry.files import fetch
    from mlplat_cli.serving.images.context import write_context

    progress = ConsoleProgress()
    with named_model(tracking_uri, model_uri) as (resolved, session):
        folder = fetch(session, resolved, progress)
        trusted = trust_in(session, trust=trust)
    variables = container_variables(env, folder, trusted)
    planned = plan(folder, base_image, front_image, platform, trusted)
    write_context(planned, folder, output_directory, variables=variables, progress=progress)
    progress.close()
    say(f"build it: docker build -t NAME {shlex.quote(str(output_directory))}")


command = leaf(generate_dockerfile, "generate-dockerfile")

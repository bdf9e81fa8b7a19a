"""`mlplat models build-docker`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.image_options import BaseImage, FrontImage, ModelUri, Platform, Trust, Variables
from mlplat_cli.cli.options import Json, TrackingUri


def build_docker(
    model_uri: ModelUri,
    name: Annotated[
        str | None,
        typer.Option("--name", "-n", metavar="IMAGE", help="Name of the image; the registered model's unless given."),
    ] = None,
    base_image: BaseImage = None,
    front_image: FrontImage = None,
    platform: Platform = None,
    env: Variables = None,
    trust: Trust = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Build a container image that serves a model.

    It answers /invocations and /ping on port 8080 and runs as no root, as SageMaker, Azure ML, Vertex AI and KServe
    expect. Packages are installed by this machine, so the build needs no network and no credential gets into a layer.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.cli.models.image_options import container_variables, plan
    from mlplat_cli.cli.models.named import named_model, trust_in
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.registry.files import fetch
    from mlplat_cli.serving.images.build import build_image
    from mlplat_cli.serving.images.plan import checked_name, default_name

    progress = ConsoleProgress()
    with named_model(tracking_uri, model_uri) as (resolved, session):
        folder = fetch(session, resolved, progress)
        trusted = trust_in(session, trust=trust)
    image = checked_name(name or default_name(resolved.name, resolved.version))
    variables = container_variables(env, folder, trusted)
    planned = plan(folder, base_image, front_image, platform, trusted)
    built = build_image(planned, folder, image, variables=variables, source=resolved.uri, progress=progress)
    progress.close()
    if as_json:
        print_json({"version": 1, "image": image, "id": built, "model_uri": resolved.uri, "base": planned.base})
        return
    say(f"built {image} ({built.removeprefix('sha256:')[:12]})")
    say(f"run it: docker run --rm -p 8080:8080 {image}")


command = leaf(build_docker, "build-docker")

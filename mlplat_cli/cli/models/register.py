"""`mlplat models register`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Description, ModelName, ModelUriArgument, Tags
from mlplat_cli.cli.options import Json, TrackingUri


def register_model(
    model_uri: ModelUriArgument,
    name: ModelName,
    description: Description = None,
    tag: Tags = None,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Add a version to a registered model.

    The name is made when it is new. A folder that is in no store is copied into this one.
    """
    from mlplat_cli.cli.models.arguments import read_tags
    from mlplat_cli.cli.models.shape import print_new_version
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.registration import register

    tags, progress = read_tags(tag), ConsoleProgress()
    with tracking(tracking_uri, create=True) as session:
        version = register(session, model_uri, name, progress, description=description, tags=tags)
    progress.close()
    print_new_version("registered", version, as_json=as_json)


command = leaf(register_model, "register")

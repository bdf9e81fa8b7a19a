"""`mlplat models show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri
from mlplat_cli.errors import NotFoundError

if TYPE_CHECKING:
    from mlplat_cli.entities import ModelVersion, RegisteredModel
    from mlplat_cli.registry.description import Description
    from mlplat_cli.tracking.session import TrackingSession


def show(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Name of a registered model, or a model URI.")],
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Show a registered model, or one model of any URI.

    NAME shows its versions and aliases; NAME/3, NAME@champion, models:/…, runs:/… or a folder show one model.
    """
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.description import describe, describe_folder
    from mlplat_cli.registry.model_uri import model_uri, plain_name
    from mlplat_cli.registry.resolution import folder_model
    from mlplat_cli.registry.versions import own_name

    name, uri = plain_name(model), model_uri(model)
    folder = None if uri is None or name is not None else folder_model(uri)
    if folder is not None:
        _show_one(describe_folder(folder), as_json)
        return
    with tracking(tracking_uri) as session:
        name = name or own_name(session.store, model)
        if name is not None or uri is None:
            _show_name(session, name or model, as_json)
        else:
            _show_one(describe(session, uri), as_json)


def _show_name(session: TrackingSession, name: str, as_json: bool) -> None:
    from mlplat_cli.cli.console import print_json
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION, model_json, version_json
    from mlplat_cli.registry.versions import versions_of

    try:
        found = session.store.get_registered_model(name)
    except NotFoundError as error:
        hint = f"the folder of that name is: mlplat models show ./{name}" if Path(name).is_dir() else error.hint
        raise NotFoundError(error.message, hint=hint) from None
    versions = versions_of(session.store, name)
    if as_json:
        shown = model_json(found)
        shown["versions"] = [version_json(each) for each in versions]
        print_json({"version": SCHEMA_VERSION} | shown)
    else:
        _print_name(found, versions)


def _print_name(model: RegisteredModel, versions: list[ModelVersion]) -> None:
    from mlplat_cli.cli.console import moment, print_record, print_table, say, shortened

    print_record(
        {
            "model": model.name,
            "description": model.description,
            "created": moment(model.creation_timestamp),
            "changed": moment(model.last_updated_timestamp),
            "aliases": dict(model.aliases),
            "tags": {tag.key: tag.value for tag in model.tags},
        }
    )
    if versions:
        say()
        print_table(
            ["VERSION", "STAGE", "ALIASES", "RUN", "CREATED", "SOURCE", "DESCRIPTION"],
            [
                [
                    each.version,
                    each.current_stage,
                    ", ".join(each.aliases),
                    each.run_id or "",
                    moment(each.creation_timestamp),
                    each.source,
                    shortened(each.description),
                ]
                for each in versions
            ],
        )


def _show_one(description: Description, as_json: bool) -> None:
    from mlplat_cli.cli.console import moment, print_json, print_record
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION, described_json
    from mlplat_cli.registry.description import signature_of

    resolved, version, document = description.resolved, description.version, description.document
    if as_json:
        print_json({"version": SCHEMA_VERSION} | described_json(description))
        return
    shown: dict[str, Any] = {"uri": resolved.uri}
    if version is not None:
        shown |= {
            "model": version.name,
            "version": version.version,
            "stage": "" if version.current_stage == "None" else version.current_stage,
            "aliases": ", ".join(version.aliases),
            "description": version.description,
            "created": moment(version.creation_timestamp),
            "source": version.source,
            "tags": {tag.key: tag.value for tag in version.tags},
        }
    files = resolved.address if description.gone is None else f"none: {description.gone}"
    shown |= {"run": resolved.run_id, "model_id": resolved.model_id, "files": files}
    if document is not None:
        shown["flavors"] = ", ".join(document.flavors)
        shown |= {name: [_field(each) for each in fields] for name, fields in signature_of(document).items()}
    print_record(shown)


def _field(field: Any) -> str:
    """Write one column, tensor or parameter of a signature: `alcohol: double`, `image: float32 (-1, 28, 28)`."""
    if not isinstance(field, dict):
        return str(field)
    tensor = field.get("tensor-spec")
    if isinstance(tensor, dict):
        kind = f"{tensor.get('dtype')} ({', '.join(map(str, tensor.get('shape', ())))})"
    else:
        kind = str(field.get("type"))
    if "default" in field:
        kind += f" = {field['default']}"
    elif field.get("required") is False:
        kind += ", may be missing"
    return f"{field['name']}: {kind}" if "name" in field else kind


command = leaf(show, "show")

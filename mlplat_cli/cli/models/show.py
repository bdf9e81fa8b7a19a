"""`mlplat models show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri

if TYPE_CHECKING:
    from mlplat_cli.entities import ModelVersion, RegisteredModel
    from mlplat_cli.registry.resolution import ResolvedModel
    from mlplat_cli.tracking.session import TrackingSession


def show(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Name of a registered model, or a model URI.")],
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Show a registered model, or one model of any URI.

    NAME shows its versions and aliases; NAME/3, NAME@champion, models:/…, runs:/… or a folder show one model.
    """
    from mlplat_cli.cli.models.named import named_model
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.model_uri import model_uri

    uri = model_uri(model)
    if uri is None:
        with tracking(tracking_uri) as session:
            _show_name(session, model, as_json)
    else:
        with named_model(tracking_uri, uri) as (resolved, opened):
            _show_one(opened, resolved, as_json)


def _show_name(session: TrackingSession, name: str, as_json: bool) -> None:
    from mlplat_cli.cli.console import print_json
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION, model_json, version_json
    from mlplat_cli.registry.versions import versions_of

    found = session.store.get_registered_model(name)
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


def _show_one(session: TrackingSession | None, resolved: ResolvedModel, as_json: bool) -> None:
    from mlplat_cli.cli.console import moment, print_json, print_record
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION, resolved_json
    from mlplat_cli.errors import NotFoundError
    from mlplat_cli.registry.description import describe_model, signature_of

    version = None
    if session and resolved.name and resolved.version:
        version = session.store.get_model_version(resolved.name, resolved.version)
    document = describe_model(session, resolved)
    if document is None and version is None and resolved.model_id is None:
        raise NotFoundError(f"{resolved.uri} is no model: it has no file MLmodel")
    if as_json:
        print_json({"version": SCHEMA_VERSION} | resolved_json(resolved, version, document))
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
    shown |= {"run": resolved.run_id, "model_id": resolved.model_id, "files": resolved.address}
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

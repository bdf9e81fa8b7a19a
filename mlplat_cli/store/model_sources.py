"""Where a model version's files may lie. In: a version's source as a client names it. Out: its run and logged model.

A version is read by whoever reads the registry, so its source must not reach files that its maker could not name:
no way up (`..`), and a local path only inside the artifacts of the run that it belongs to.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, select

from mlplat_cli.entities.registry import PROMPT_SOURCE
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.logged_models import model_row
from mlplat_cli.store.model_tables import model_versions, registered_models
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.run_rows import find_run_row


class SourceOrigin(NamedTuple):
    """What a source comes from, where that is known."""

    run_id: str | None
    model_id: str | None


def resolve_source(connection: Connection, source: str, run_id: str | None, model_id: str | None) -> SourceOrigin:
    """Check a source and find the run and the logged model behind it.

    Args:
        source: of a model's version; a prompt's is PROMPT_SOURCE, which names nothing.

    Raises:
        InvalidInputError: the source is none that a version may have.
        NotFoundError: it names a model that is not there.
    """
    if source == PROMPT_SOURCE:
        return SourceOrigin(run_id, model_id)
    try:
        scheme = urlsplit(source).scheme
    except ValueError:
        raise _refused(source, "It is not a URI.") from None
    if "\0" in source:
        raise _refused(source, "It holds a NUL character.")
    path = source.partition(":")[2]
    if scheme == "models":
        return _from_model(connection, source, run_id, model_id)
    if scheme == "runs":
        return SourceOrigin(_run_of(source, path, run_id), model_id)
    if scheme in ("", "file"):
        _check_local(connection, source, run_id)
    elif not path.startswith("/") or _goes_up(path):
        raise _refused(
            source,
            "If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an "
            "absolute path must be provided without relative path references present. Please provide an absolute path.",
        )
    return SourceOrigin(run_id or _run_of_model(connection, model_id), model_id)


def _from_model(connection: Connection, source: str, run_id: str | None, model_id: str | None) -> SourceOrigin:
    name, _, version = source.removeprefix("models:").lstrip("/").rstrip("/").partition("/")
    if not version and name.startswith("m-"):
        return SourceOrigin(run_id or _run_of_model(connection, name), model_id or name)
    number = parse_digits(version)
    if number is None:
        raise _refused(source, "A models:/ source names a logged model or a version: models:/m-ID or models:/NAME/1.")
    query = (
        select(model_versions.c.run_id, model_versions.c.model_id)
        .join_from(model_versions, registered_models, model_versions.c.model == registered_models.c.id)
        .where(registered_models.c.name == name, model_versions.c.version == number)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError(f"Model Version (name={name}, version={version}) not found")
    return SourceOrigin(run_id or row[0], model_id or row[1])


def _run_of_model(connection: Connection, model_id: str | None) -> str | None:
    if model_id is None:
        return None
    row = model_row(connection, model_id)
    if row is None:
        raise NotFoundError(f"Logged model with ID '{model_id}' not found.")
    run_id: str | None = row["source_run_id"]
    return run_id


def _run_of(source: str, path: str, run_id: str | None) -> str:
    named = path.lstrip("/").partition("/")[0]
    if not named or _goes_up(path) or run_id not in (None, named):
        raise _refused(source, f"It must lie in the artifacts of the run that is named beside it, {run_id}.")
    return named


def _check_local(connection: Connection, source: str, run_id: str | None) -> None:
    row = find_run_row(connection, run_id) if run_id else None
    root = _local_path(row["artifact_uri"]) if row else None
    path = _local_path(source)
    if root is None or path is None or _goes_up(source) or not path.resolve().is_relative_to(root.resolve()):
        raise _refused(
            source,
            "To use a local path as a model version source, the run_id request parameter has to be specified and the "
            "local path has to be contained within the artifact directory of the run specified by the run_id.",
        )


def _local_path(address: str) -> Path | None:
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    return Path(address) if parts.scheme == "" else None


def _goes_up(path: str) -> bool:
    # Decoded until nothing changes: whoever reads the source may decode it once more than we would.
    while (decoded := unquote(path)) != path:
        path = decoded
    return ".." in path.replace("\\", "/").split("/")


def _refused(source: str, why: str) -> InvalidInputError:
    return InvalidInputError(f"Invalid model version source: '{source}'. {why}")

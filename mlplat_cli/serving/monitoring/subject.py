"""Which model is watched, and what it is compared with. In: what a person types. Out: name, version, reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mlplat.models.data_summary import FILE_NAME
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.files import open_model
from mlplat_cli.registry.model_uri import model_uri
from mlplat_cli.registry.resolution import resolve
from mlplat_cli.serving.monitoring.reference import Reference, from_summary
from mlplat_cli.serving.monitoring.summary import read_summary
from mlplat_cli.serving.prediction_log import has_log, logged_models
from mlplat_cli.tracking.session import TrackingSession

LARGEST_SUMMARY = 256 << 20
"""Bytes of a data_summary.json that are read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A model as its log is called; `version` where one of it was named."""

    name: str
    version: str | None


def subject_of(session: TrackingSession, text: str) -> Subject:
    """Return the model that `NAME`, `NAME/VERSION`, `NAME@ALIAS` or such a URI names.

    Raises:
        InvalidInputError: it names no registered model. NotFoundError: there is no such version.
    """
    uri = model_uri(text)
    if uri is None:
        return Subject(text, None)
    resolved = resolve(session.store, uri)
    if resolved.name is None:
        raise InvalidInputError(f"{text} is no registered model", hint="predictions are logged by a model's name")
    return Subject(resolved.name, resolved.version)


def require_log(folder: Path, name: str) -> None:
    """Raise NotFoundError, and say which models have one, when there is no log of a model."""
    if has_log(folder, name):
        return
    known = logged_models(folder)
    raise NotFoundError(
        f"no predictions of model {name!r} are in {folder}",
        hint=f"there are some of: {', '.join(known)}" if known else "mlplat models serve --log-predictions writes them",
    )


def training_reference(session: TrackingSession, name: str, version: str) -> Reference:
    """Return the summary of the data that a version was trained with.

    Raises:
        NotFoundError: there is no such version, or it has no summary. InvalidInputError: the summary cannot be read.
    """
    uri = f"models:/{name}/{version}"
    resolved = resolve(session.store, uri)
    try:
        opened = open_model(session, resolved).open_read(FILE_NAME)
    except NotFoundError:
        raise NotFoundError(
            f"version {version} of {name} was logged without training data, so there is nothing to compare with",
            hint="log_model(..., training_data=...) keeps its summary; --reference FILE gives one now",
        ) from None
    with opened.stream as stream:
        content = stream.read(LARGEST_SUMMARY)
    return from_summary(read_summary(content, f"{FILE_NAME} of {uri}"), uri)


def newest(versions: Iterable[str | None]) -> str | None:
    """Return the highest version number that was served; None where models without versions were."""
    numbers = [int(each) for each in versions if each is not None and each.isdigit()]
    return str(max(numbers)) if numbers else None

"""Names and versions of models."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities.tag import Tag

PROMPT_SOURCE = "dummy-source"
"""What stock clients give as the source of a prompt's version, which has no files."""


class ModelVersion(Struct, frozen=True, kw_only=True):
    """One version of a registered model.

    Args:
        version: decimal digits, counted from "1". source: URI of the model's folder or `models:/m-…`.
        current_stage: None, Staging, Production or Archived. aliases: names that point here.
    """

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    source: str
    current_stage: str = "None"
    description: str = ""
    user_id: str | None = None
    run_id: str | None = None
    run_link: str = ""
    status: str = "READY"
    status_message: str | None = None
    model_id: str | None = None
    tags: tuple[Tag, ...] = ()
    aliases: tuple[str, ...] = ()


class RegisteredModel(Struct, frozen=True, kw_only=True):
    """A name under which versions of a model are kept; `aliases` pairs each alias with its version."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    tags: tuple[Tag, ...] = ()
    latest_versions: tuple[ModelVersion, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

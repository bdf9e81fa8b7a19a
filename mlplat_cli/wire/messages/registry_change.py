"""Requests and responses about changes of the registry that MLflow's protocol has no words for."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import RegistryChange
from mlplat_cli.wire.codec import Int64


class GetRegistryHistory(Struct, kw_only=True, frozen=True):
    """Ask for the changes of a registered model, newest first; an alias narrows them to what moves it."""

    name: str
    alias: str = ""
    max_results: Int64 = 100
    page_token: str = ""


class RegistryHistoryResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of changes."""

    changes: tuple[RegistryChange, ...] = ()
    next_page_token: str | None = None


class MoveAlias(Struct, kw_only=True, frozen=True):
    """Point an alias at a version, with a word for the history; `force` passes over its gates."""

    name: str
    alias: str
    version: str
    reason: str = ""
    force: bool = False


class RollBackAlias(Struct, kw_only=True, frozen=True):
    """Point an alias at a version at which it pointed before."""

    name: str
    alias: str
    version: str
    reason: str = ""


class MoveStage(Struct, kw_only=True, frozen=True):
    """Move a version to a stage, with a word for the history; `force` passes over its gates."""

    name: str
    version: str
    stage: str
    archive_existing_versions: bool = False
    reason: str = ""
    force: bool = False

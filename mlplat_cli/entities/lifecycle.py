"""Whether a thing is in use or in the bin."""

from __future__ import annotations

from enum import StrEnum


class LifecycleStage(StrEnum):
    """`deleted` is a bin: restore brings a thing back, only gc removes it for good."""

    ACTIVE = "active"
    DELETED = "deleted"


class ViewType(StrEnum):
    """Which lifecycle stages a search returns."""

    ACTIVE_ONLY = "ACTIVE_ONLY"
    DELETED_ONLY = "DELETED_ONLY"
    ALL = "ALL"

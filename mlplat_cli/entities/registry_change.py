"""What was changed in the registry, by whom and when."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class RegistryAction(StrEnum):
    """What was done to a registered model, or to the version that the change names."""

    CREATED = "created"
    RENAMED = "renamed"
    DESCRIBED = "described"
    TAG_SET = "tag_set"
    TAG_DELETED = "tag_deleted"
    DELETED = "deleted"
    STAGE_SET = "stage_set"
    ALIAS_SET = "alias_set"
    ALIAS_ROLLED_BACK = "alias_rolled_back"
    ALIAS_DELETED = "alias_deleted"
    GATE_ADDED = "gate_added"
    GATE_REMOVED = "gate_removed"
    GATE_CHECKED = "gate_checked"


class RegistryChange(Struct, frozen=True, kw_only=True):
    """One change of a registered model.

    Args:
        change_id: decimal digits, rising with time.
        name: of the model; the latest one where it was renamed since.
        timestamp: ms since the epoch.
        user: who asked for it, as far as that is known. client: the program with which, such as `mlplat/0.4.0`.
        version: the one that was changed, or that an alias points at now; None for the model itself.
        key: name of the alias or tag; `@ALIAS` or `/STAGE` that a gate holds.
        old, new: what stood before and stands now: an alias' version, a stage, a tag's value, a description, a name.
        reason: what the user gave for it. forced: a gate was passed over.
    """

    change_id: str
    name: str
    action: RegistryAction
    timestamp: int
    user: str | None = None
    client: str | None = None
    version: str | None = None
    key: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    forced: bool = False


ALIAS_MOVES = (RegistryAction.ALIAS_SET, RegistryAction.ALIAS_ROLLED_BACK, RegistryAction.ALIAS_DELETED)
"""What says where an alias points from then on."""

"""What lies in the bin, as `mlplat gc` sees it. In: fields. Out: a value."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class DiscardedKind(Enum):
    """What a discarded thing is."""

    RUN = "run"
    LOGGED_MODEL = "logged model"
    EXPERIMENT = "experiment"


class Discarded(Struct, frozen=True, kw_only=True):
    """A deleted thing that can be removed for good.

    Args:
        experiment_id: the experiment that it is in, or is.
        artifact_uri: where its bytes lie; of an experiment the folder of all its runs.
        deleted_time: ms since the epoch; where that was not recorded, the last time that it was changed.
    """

    kind: DiscardedKind
    id: str
    name: str
    experiment_id: str
    artifact_uri: str
    deleted_time: int

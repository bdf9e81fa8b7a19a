"""A named group of runs."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities.lifecycle import LifecycleStage
from mlplat_cli.entities.tag import Tag


class Experiment(Struct, frozen=True, kw_only=True):
    """A named group of runs.

    Args:
        experiment_id: decimal digits; "0" is the experiment named Default.
        name: unique in the store, deleted ones included; at most 500 characters.
        artifact_location: URI under which the runs' artifacts lie, `mlflow-artifacts:/<id>` unless chosen.
        creation_time, last_update_time: ms since the epoch.
    """

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: LifecycleStage
    creation_time: int
    last_update_time: int
    tags: tuple[Tag, ...] = ()

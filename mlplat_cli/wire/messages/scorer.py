"""Requests and responses of `scorers/`."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Scorer
from mlplat_cli.wire.codec import Int64


class RegisterScorer(Struct, kw_only=True, frozen=True):
    """Add a version."""

    experiment_id: str
    name: str
    serialized_scorer: str


class ListScorers(Struct, kw_only=True, frozen=True):
    """Ask for the newest versions in experiments; in all when none is named."""

    experiment_id: str = ""
    experiment_ids: tuple[str, ...] = ()


class ListScorerVersions(Struct, kw_only=True, frozen=True):
    """Ask for all versions of one."""

    experiment_id: str
    name: str


class ScorerVersion(Struct, kw_only=True, frozen=True):
    """Name a version, or none: get means the newest then, and delete all."""

    experiment_id: str
    name: str
    version: Int64 | None = None


class OnlineConfigs(Struct, kw_only=True, frozen=True):
    """Ask how scorers judge traces as they come."""

    scorer_ids: tuple[str, ...]


class ScorerMessage(Struct, kw_only=True, frozen=True):
    """A version; the experiment is a number here, as nowhere else."""

    experiment_id: int
    scorer_name: str
    scorer_version: int
    serialized_scorer: str
    creation_time: int
    scorer_id: str


class RegisterScorerResponse(Struct, kw_only=True, frozen=True):
    """The version that was added."""

    version: int
    scorer_id: str
    experiment_id: str
    name: str
    serialized_scorer: str
    creation_time: int


class ScorersResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Several versions."""

    scorers: tuple[ScorerMessage, ...] = ()


class ScorerResponse(Struct, kw_only=True, frozen=True):
    """One version."""

    scorer: ScorerMessage


class OnlineConfigsResponse(Struct, kw_only=True, frozen=True):
    """No scorer judges traces as they come: that needs MLflow's gateway."""

    configs: tuple[str, ...] = ()


def scorer_message(scorer: Scorer) -> ScorerMessage:
    """Show a version."""
    return ScorerMessage(
        experiment_id=int(scorer.experiment_id),
        scorer_name=scorer.name,
        scorer_version=scorer.version,
        serialized_scorer=scorer.serialized,
        creation_time=scorer.creation_time,
        scorer_id=scorer.scorer_id,
    )

"""Scorers behind a server. In: typed calls. Out: `Scorer` values."""

from __future__ import annotations

from collections.abc import Sequence

from mlplat_cli.entities import Scorer
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import scorer as wire


class RestScorers(RestPart):
    """Scorers of a REST store."""

    def register_scorer(self, experiment_id: str, name: str, serialized: str) -> Scorer:
        """Add the next version of a scorer of an active experiment."""
        request = wire.RegisterScorer(experiment_id=experiment_id, name=name, serialized_scorer=serialized)
        made: wire.RegisterScorerResponse = self._call("register_scorer", request)
        return Scorer(
            scorer_id=made.scorer_id,
            experiment_id=made.experiment_id,
            name=made.name,
            version=made.version,
            serialized=made.serialized_scorer,
            creation_time=made.creation_time,
        )

    def list_scorers(self, experiment_ids: Sequence[str] = ()) -> Sequence[Scorer]:
        """Return each scorer's newest version by name; of all experiments when none is named."""
        found: wire.ScorersResponse = self._call("list_scorers", wire.ListScorers(experiment_ids=tuple(experiment_ids)))
        return [_entity(each) for each in found.scorers]

    def scorer_versions(self, experiment_id: str, name: str) -> Sequence[Scorer]:
        """Return all versions of one, oldest first."""
        request = wire.ListScorerVersions(experiment_id=experiment_id, name=name)
        found: wire.ScorersResponse = self._call("scorer_versions", request)
        return [_entity(each) for each in found.scorers]

    def get_scorer(self, experiment_id: str, name: str, version: int | None = None) -> Scorer:
        """Look up a version, the newest unless one is named."""
        request = wire.ScorerVersion(experiment_id=experiment_id, name=name, version=version)
        found: wire.ScorerResponse = self._call("get_scorer", request)
        return _entity(found.scorer)

    def delete_scorer(self, experiment_id: str, name: str, version: int | None = None) -> None:
        """Remove a version, or all of them."""
        self._call("delete_scorer", wire.ScorerVersion(experiment_id=experiment_id, name=name, version=version))


def _entity(message: wire.ScorerMessage) -> Scorer:
    return Scorer(
        scorer_id=message.scorer_id,
        experiment_id=str(message.experiment_id),
        name=message.scorer_name,
        version=message.scorer_version,
        serialized=message.serialized_scorer,
        creation_time=message.creation_time,
    )

"""Experiments of a server. In: typed calls. Out: `Experiment` values."""

from __future__ import annotations

from collections.abc import Sequence

from mlplat_cli.entities import Experiment, LifecycleStage, Page, Tag, ViewType
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages import experiment as wire


class RestExperiments(RestPart):
    """Experiments of a REST store."""

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Sequence[Tag] = ()
    ) -> Experiment:
        """Make an experiment; AlreadyExistsError when the name is taken, also by a deleted one."""
        request = wire.CreateExperiment(name=name, artifact_location=artifact_location or "", tags=tuple(tags))
        made: wire.CreateExperimentResponse = self._call("create_experiment", request)
        return self.get_experiment(made.experiment_id)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Look one up; NotFoundError when there is none."""
        request = wire.ExperimentId(experiment_id=experiment_id)
        found: wire.ExperimentResponse = self._call("get_experiment", request)
        return _entity(found.experiment)

    def find_experiment(self, name: str) -> Experiment | None:
        """Look one up by name, deleted ones included."""
        try:
            request = wire.ExperimentName(experiment_name=name)
            found: wire.ExperimentResponse = self._call("find_experiment", request)
        except NotFoundError:
            return None
        return _entity(found.experiment)

    def search_experiments(
        self,
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Experiment]:
        """List experiments, newest first unless ordered otherwise; FilterError for a bad filter."""
        request = wire.SearchExperiments(
            filter=filter or "",
            view_type=view.value,
            order_by=tuple(order_by),
            max_results=max_results,
            page_token=page_token or "",
        )
        found: wire.SearchExperimentsResponse = self._call("search_experiments", request)
        return Page([_entity(item) for item in found.experiments], found.next_page_token or None)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name; AlreadyExistsError when it is taken."""
        limits.experiment_name(new_name)  # the protocol takes an empty one for none and says nothing
        self._call("rename_experiment", wire.UpdateExperiment(experiment_id=experiment_id, new_name=new_name))

    def delete_experiment(self, experiment_id: str) -> None:
        """Put an experiment and its active runs in the bin."""
        self._call("delete_experiment", wire.ExperimentId(experiment_id=experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring an experiment back, with the runs that its deletion took along."""
        self._call("restore_experiment", wire.ExperimentId(experiment_id=experiment_id))

    def set_experiment_tag(self, experiment_id: str, tag: Tag) -> None:
        """Set or overwrite a tag of an active experiment."""
        request = wire.SetExperimentTag(experiment_id=experiment_id, key=tag.key, value=tag.value)
        self._call("set_experiment_tag", request)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        self._call("delete_experiment_tag", wire.DeleteExperimentTag(experiment_id=experiment_id, key=key))


def _entity(message: wire.ExperimentMessage) -> Experiment:
    return Experiment(
        experiment_id=message.experiment_id,
        name=message.name,
        artifact_location=message.artifact_location,
        lifecycle_stage=LifecycleStage(message.lifecycle_stage),
        creation_time=message.creation_time or 0,
        last_update_time=message.last_update_time or message.creation_time or 0,
        tags=message.tags,
    )

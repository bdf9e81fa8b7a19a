"""The client's calls about experiments. In: names, ids, filters. Out: `mlplat.entities.Experiment`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.client.part import ClientPart
from mlplat.entities import Experiment, ViewType
from mlplat.model_entities import pairs_of
from mlplat.paged_list import PagedList
from mlplat.reader import missing


class ExperimentCalls(ClientPart):
    """Experiments; every method raises MlplatException with the protocol's error code when the store refuses."""

    def create_experiment(
        self, name: str, artifact_location: Optional[str] = None, tags: Optional[Dict[str, Any]] = None
    ) -> str:
        """Make an experiment and return its id; one of that name must not be there, not even deleted."""
        made = self._ask(
            "POST", "experiments/create", name=name, artifact_location=artifact_location, tags=pairs_of(tags)
        )
        return str(made["experiment_id"])

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return an experiment, a deleted one too."""
        found = self._reader.get_experiment(str(experiment_id))
        if found is None:
            raise missing(f"the experiment {experiment_id}")
        return Experiment.from_json(found)

    def get_experiment_by_name(self, name: str) -> Optional[Experiment]:
        """Return an experiment, a deleted one too, or None when there is none."""
        found = self._reader.get_experiment_by_name(name)
        return None if found is None else Experiment.from_json(found)

    def search_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: Optional[int] = 1000,
        filter_string: Optional[str] = None,
        order_by: Optional[List[str]] = None,
        page_token: Optional[str] = None,
    ) -> PagedList[Experiment]:
        """Return one page of experiments, newest first unless ordered otherwise."""
        return self._page(
            "POST",
            "experiments/search",
            "experiments",
            Experiment.from_json,
            view_type=view_type,
            max_results=max_results,
            filter=filter_string,
            order_by=order_by,
            page_token=page_token,
        )

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name."""
        self._ask("POST", "experiments/update", experiment_id=str(experiment_id), new_name=new_name)

    def delete_experiment(self, experiment_id: str) -> None:
        """Put an experiment and its runs in the bin."""
        self._ask("POST", "experiments/delete", experiment_id=str(experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring an experiment back, with the runs that its deletion took along."""
        self._ask("POST", "experiments/restore", experiment_id=str(experiment_id))

    def set_experiment_tag(self, experiment_id: str, key: str, value: Any) -> None:
        """Set or overwrite a tag."""
        self._ask("POST", "experiments/set-experiment-tag", experiment_id=str(experiment_id), key=key, value=str(value))

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag."""
        self._ask("POST", "experiments/delete-experiment-tag", experiment_id=str(experiment_id), key=key)

"""The client's calls about runs. In: ids, filters. Out: `mlplat.entities.Run`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.client.part import ClientPart, now_ms
from mlplat.context import PARENT, user
from mlplat.entities import Metric, Run, RunStatus, ViewType
from mlplat.model_entities import pairs_of
from mlplat.paged_list import PagedList
from mlplat.reader import missing

HISTORY_PAGE = 25_000
"""Points in one answer."""


class RunCalls(ClientPart):
    """Runs; every method raises MlplatException with the protocol's error code when the store refuses."""

    def create_run(
        self,
        experiment_id: str,
        start_time: Optional[int] = None,
        tags: Optional[Dict[str, Any]] = None,
        run_name: Optional[str] = None,
    ) -> Run:
        """Make a run that stays RUNNING until `set_terminated`, whatever becomes of this process.

        Args:
            start_time: ms since the epoch; now unless given.
        """
        made = self._ask(
            "POST",
            "runs/create",
            experiment_id=str(experiment_id),
            user_id=(tags or {}).get("mlflow.user") or user(),
            start_time=now_ms() if start_time is None else start_time,
            tags=pairs_of(tags),
            run_name=run_name,
        )
        return Run.from_json(made["run"])

    def get_run(self, run_id: str) -> Run:
        """Return a run, a deleted one too."""
        found = self._reader.get_run(run_id)
        if found is None:
            raise missing(f"the run {run_id}")
        return Run.from_json(found)

    def get_parent_run(self, run_id: str) -> Optional[Run]:
        """Return the run whose child a run is, or None."""
        parent = self.get_run(run_id).data.tags.get(PARENT)
        return self.get_run(parent) if parent else None

    def search_runs(
        self,
        experiment_ids: List[str],
        filter_string: str = "",
        run_view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = 1000,
        order_by: Optional[List[str]] = None,
        page_token: Optional[str] = None,
    ) -> PagedList[Run]:
        """Return one page of runs, newest first unless ordered otherwise."""
        return self._page(
            "POST",
            "runs/search",
            "runs",
            Run.from_json,
            experiment_ids=[str(each) for each in experiment_ids],
            filter=filter_string,
            run_view_type=run_view_type,
            max_results=max_results,
            order_by=order_by,
            page_token=page_token,
        )

    def get_metric_history(self, run_id: str, key: str) -> List[Metric]:
        """Return every point of a metric by timestamp, step and value; an unknown key has none."""
        points: List[Metric] = []
        token: Optional[str] = None
        while True:
            page = self._page(
                "GET",
                "metrics/get-history",
                "metrics",
                Metric.from_json,
                run_id=run_id,
                metric_key=key,
                max_results=HISTORY_PAGE,
                page_token=token,
            )
            points += page
            token = page.token
            if token is None:
                return points

    def update_run(self, run_id: str, status: Optional[str] = None, name: Optional[str] = None) -> None:
        """Change a run's status or name."""
        self._ask("POST", "runs/update", run_id=run_id, status=status, run_name=name)

    def set_terminated(self, run_id: str, status: Optional[str] = None, end_time: Optional[int] = None) -> None:
        """Say that a run ended, FINISHED and now unless told otherwise; end_time in ms since the epoch."""
        self._ask(
            "POST",
            "runs/update",
            run_id=run_id,
            status=status or RunStatus.to_string(RunStatus.FINISHED),
            end_time=now_ms() if end_time is None else end_time,
        )

    def delete_run(self, run_id: str) -> None:
        """Put a run in the bin."""
        self._ask("POST", "runs/delete", run_id=run_id)

    def restore_run(self, run_id: str) -> None:
        """Bring a run back."""
        self._ask("POST", "runs/restore", run_id=run_id)

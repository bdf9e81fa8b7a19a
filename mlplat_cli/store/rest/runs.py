"""The life of a server's runs: starting, ending, finding, the bin. In: typed calls. Out: `Run` and `RunInfo` values."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mlplat_cli.entities import Page, Run, RunInfo, RunStatus, Tag, ViewType
from mlplat_cli.errors import NotSupportedError
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.store.rest.run_entities import run_entity, run_info_entity
from mlplat_cli.wire.messages import own
from mlplat_cli.wire.messages import run as wire
from mlplat_cli.wire.messages.empty import EmptyRequest


class RestRuns(RestPart):
    """Runs of a REST store."""

    def create_run(
        self,
        experiment_id: str,
        *,
        user_id: str = "",
        run_name: str | None = None,
        start_time: int | None = None,
        tags: Sequence[Tag] = (),
        owner: str | None = None,
    ) -> Run:
        """Start a run in an active experiment; a run name is made up when none is given."""
        request = wire.CreateRun(
            experiment_id=experiment_id,
            user_id=user_id,
            run_name=run_name or "",
            # Other servers take none for 1970.
            start_time=time.time_ns() // 1_000_000 if start_time is None else start_time,
            tags=tuple(tags),
            owner=owner or "",
        )
        made: wire.RunResponse = self._call("create_run", request)
        return run_entity(made.run)

    def get_run(self, run_id: str) -> Run:
        """Look a run up, deleted ones included; NotFoundError when there is none."""
        found: wire.RunResponse = self._call("get_run", wire.RunId(run_id=run_id))
        return run_entity(found.run)

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """Change status, end or name of an active run; InvalidInputError for LOST, which only its server may say."""
        request = wire.UpdateRun(
            run_id=run_id, status=None if status is None else status.value, end_time=end_time, run_name=run_name or ""
        )
        changed: wire.UpdateRunResponse = self._call("update_run", request)
        return run_info_entity(changed.run_info)

    def delete_run(self, run_id: str) -> None:
        """Put a run in the bin; one that lies there stays."""
        self._call("delete_run", wire.RunId(run_id=run_id))

    def restore_run(self, run_id: str) -> None:
        """Bring a run back."""
        self._call("restore_run", wire.RunId(run_id=run_id))

    def search_runs(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Run]:
        """Find runs, newest first unless ordered otherwise; FilterError for a bad filter."""
        request = _search(
            experiment_ids, filter=filter, view=view, order_by=order_by, max_results=max_results, page_token=page_token
        )
        found: wire.SearchRunsResponse = self._call("search_runs", request)
        return Page([run_entity(item) for item in found.runs], found.next_page_token or None)

    def search_run_texts(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[wire.RunText]:
        """Find the same runs, each as the server's JSON shows it."""
        request = _search(
            experiment_ids, filter=filter, view=view, order_by=order_by, max_results=max_results, page_token=page_token
        )
        found: wire.SearchRunsResponse = self._call("search_runs", request)
        return Page([wire.run_text(item) for item in found.runs], found.next_page_token or None)

    def unfinished_runs(self) -> Sequence[RunInfo]:
        """Every active RUNNING run that has an owner; a server that is not ours knows of none."""
        try:
            found: own.UnfinishedRunsResponse = self._call("unfinished_runs", EmptyRequest())
        except NotSupportedError:
            return []
        return [run_info_entity(item) for item in found.runs]


def _search(
    experiment_ids: Sequence[str],
    *,
    filter: str | None,
    view: ViewType,
    order_by: Sequence[str],
    max_results: int,
    page_token: str | None,
) -> wire.SearchRuns:
    return wire.SearchRuns(
        experiment_ids=tuple(experiment_ids),
        filter=filter or "",
        run_view_type=view.value,
        order_by=tuple(order_by),
        max_results=max_results,
        page_token=page_token or "",
    )

"""Reads whose answers are long. In: typed calls. Out: messages of the protocol, without entities on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import Page, ViewType
from mlplat_cli.wire.messages.metric import MetricMessage
from mlplat_cli.wire.messages.run import RunText


class MessageStore(Protocol):
    """What a server answers thousands of runs or points from; each finds what a call of entities finds."""

    def search_run_texts(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[RunText]:
        """Find what `search_runs` finds, each run in the JSON of its `run_message`."""
        ...

    def metric_history_messages(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[MetricMessage]:
        """Find what `metric_history` finds, each point as `metric_message` shows it."""
        ...

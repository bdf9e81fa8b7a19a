"""The client's calls that log to any run. In: keys and values. Out: rows in the store when the call returns.

Unlike `mlplat.log_metric` and its kin these ask the store and wait for its answer, so that a refusal is an exception.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Union

from mlplat.client.part import ClientPart, now_ms
from mlplat.entities import Metric, Param, RunTag
from mlplat.exceptions import MlplatException
from mlplat.input_entities import DatasetInput, LoggedModelInput, LoggedModelOutput
from mlplat.rules import check_key, int64, metric_number, param_text, tag_text

BATCH = {"metrics": 1000, "params": 100, "tags": 100}
"""How many of each one request may hold; and 1000 of all."""


class ValueCalls(ClientPart):
    """Metrics, parameters, tags, inputs; every method raises MlplatException when the store refuses."""

    def log_metric(
        self,
        run_id: str,
        key: str,
        value: float,
        timestamp: Optional[int] = None,
        step: Optional[int] = None,
        synchronous: Optional[bool] = None,
        dataset_name: Optional[str] = None,
        dataset_digest: Optional[str] = None,
        model_id: Optional[str] = None,
    ) -> None:
        """Log one point of a metric; timestamp in ms since the epoch, now unless given."""
        self._ask(
            "POST",
            "runs/log-metric",
            run_id=run_id,
            dataset_name=dataset_name,
            dataset_digest=dataset_digest,
            model_id=model_id,
            **_point(Metric(key, value, now_ms() if timestamp is None else timestamp, step or 0)),
        )

    def log_param(self, run_id: str, key: str, value: Any, synchronous: Optional[bool] = None) -> Any:
        """Log a parameter and return the value; another value than the one it has is refused."""
        self._ask(
            "POST", "runs/log-parameter", run_id=run_id, key=check_key(key, "parameter"), value=param_text(key, value)
        )
        return value

    def set_tag(self, run_id: str, key: str, value: Any, synchronous: Optional[bool] = None) -> None:
        """Set or overwrite a tag."""
        self._ask("POST", "runs/set-tag", run_id=run_id, key=check_key(key, "tag"), value=tag_text(key, value))

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag that is there."""
        self._ask("POST", "runs/delete-tag", run_id=run_id, key=key)

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[RunTag] = (),
        synchronous: Optional[bool] = None,
    ) -> None:
        """Log many values; up to 1000 metrics, 100 params and 100 tags (1000 in all) are all or nothing."""
        waiting: Dict[str, List[Dict[str, Any]]] = {
            "params": [{"key": check_key(each.key, "parameter"), "value": str(each.value)} for each in params],
            "tags": [{"key": check_key(each.key, "tag"), "value": str(each.value)} for each in tags],
            "metrics": [_point(each) for each in metrics],
        }
        while any(waiting.values()):
            room = 1000
            batch: Dict[str, List[Dict[str, Any]]] = {}
            for kind, items in waiting.items():
                taken = items[: min(BATCH[kind], room)]
                waiting[kind], batch[kind], room = items[len(taken) :], taken, room - len(taken)
            self._ask("POST", "runs/log-batch", run_id=run_id, **batch)

    def log_inputs(
        self,
        run_id: str,
        datasets: Optional[Sequence[DatasetInput]] = None,
        models: Optional[Sequence[LoggedModelInput]] = None,
    ) -> None:
        """Record what a run read."""
        self._ask(
            "POST",
            "runs/log-inputs",
            run_id=run_id,
            datasets=[
                {"dataset": _given(dict(each.dataset)), "tags": [dict(tag) for tag in each.tags]}
                for each in datasets or ()
            ],
            models=[{"model_id": each.model_id} for each in models or ()],
        )

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Record the models that a run wrote."""
        self._ask("POST", "runs/outputs", run_id=run_id, models=[dict(each) for each in models])


def _point(point: Metric) -> Dict[str, Any]:
    value = metric_number(check_key(point.key, "metric"), point.value)
    number: Union[float, str] = value
    if value - value != 0.0:  # JSON has no such number
        number = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[repr(value)]
    return {
        "key": point.key,
        "value": number,
        "timestamp": int64(point.timestamp, "timestamp"),
        "step": int64(point.step, "step"),
    }


def _given(fields: Dict[str, Any]) -> Dict[str, Any]:
    for name in ("name", "digest"):
        if not fields.get(name):
            raise MlplatException(f"a dataset needs a {name}")
    return {name: value for name, value in fields.items() if value is not None}

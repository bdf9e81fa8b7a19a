"""Metrics, parameters and tags. In: keys and values. Out: records in the run's journal before the call returns."""

from __future__ import annotations

from time import time_ns
from typing import Any, Dict, Optional

from mlplat.active_model import stack as active_models
from mlplat.exceptions import MlplatException
from mlplat.journal import encode, json_text, line
from mlplat.rules import INT64, check_key, check_keys, int64, metric_number, param_text, tag_text
from mlplat.run_writer import RunWriter
from mlplat.runs import current_writer, here, writer_of

_beginnings: Dict[str, str] = {}
"""How the record of each metric key begins."""


class RunOperations:
    """What a call with synchronous=False returns: work that was done when the call returned."""

    def wait(self) -> None:
        """Return at once."""


_done = RunOperations()


def log_metric(
    key: str,
    value: float,
    step: Optional[int] = None,
    synchronous: Optional[bool] = None,
    timestamp: Optional[int] = None,
    run_id: Optional[str] = None,
    model_id: Optional[str] = None,
    dataset: Any = None,
) -> Optional[RunOperations]:
    """Log one point of a metric; it survives the death of this process once the call has returned.

    Args:
        value: anything that float() takes. step: 0 unless given. timestamp: ms since the epoch, now unless given.
        synchronous: every call is; False merely returns something to wait for.
        run_id: of another run than the current one. model_id: of the logged model that the point is about,
            the active one unless given.
        dataset: what the point was measured on; its `name` and `digest` are recorded.

    Raises:
        MlplatException: a value breaks a rule, or the journal cannot be written.
    """
    if run_id is None:
        try:
            writer = here.writer
        except AttributeError:
            writer = current_writer()
    else:
        writer = writer_of(run_id)
    if timestamp is None:
        timestamp = time_ns() // 1_000_000
    if model_id is None:
        model_id = active_models[-1]
    ending = "]" if model_id is None and dataset is None else _ending(model_id, dataset)
    writer.append(_metric_line(key, value, step, timestamp, ending))
    return _done if synchronous is False else None


def _metric_line(key: str, value: Any, step: Any, timestamp: Any, ending: str) -> bytes:
    try:
        beginning = _beginnings[key]
    except (KeyError, TypeError):
        beginning = _beginning(key)
    if type(value) is not float:
        value = metric_number(key, value)
    if type(step) is not int or not -INT64 <= step < INT64:
        step = 0 if step is None else int64(step, "step")
    if type(timestamp) is not int or not -INT64 <= timestamp < INT64:
        timestamp = int64(timestamp, "timestamp")
    # Infinity less itself is NaN, and NaN equals nothing.
    number = repr(value) if value - value == 0.0 else _NOT_FINITE[repr(value)]
    return line(f"{beginning}{number},{step},{timestamp}{ending}".encode())


_NOT_FINITE = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}


def _beginning(key: str) -> str:
    beginning = f'["m",{json_text(check_key(key, "metric"))},'
    _beginnings[key] = beginning
    return beginning


def _ending(model_id: Optional[str], dataset: Any) -> str:
    measured_on = (None, None) if dataset is None else (str(dataset.name), str(dataset.digest))
    return "," + json_text([model_id, *measured_on])[1:]


def log_metrics(
    metrics: Dict[str, float],
    step: Optional[int] = None,
    synchronous: Optional[bool] = None,
    run_id: Optional[str] = None,
    timestamp: Optional[int] = None,
    model_id: Optional[str] = None,
    dataset: Any = None,
) -> Optional[RunOperations]:
    """Log a point of each of several metrics by one write; arguments and errors as for `log_metric`."""
    points = check_keys(metrics, "metric")
    writer = writer_of(run_id)
    when = time_ns() // 1_000_000 if timestamp is None else timestamp
    if model_id is None:
        model_id = active_models[-1]
    ending = "]" if model_id is None and dataset is None else _ending(model_id, dataset)
    lines = [_metric_line(key, value, step, when, ending) for key, value in points.items()]
    if lines:
        writer.append(b"".join(lines))
    return _done if synchronous is False else None


def log_param(key: str, value: Any, synchronous: Optional[bool] = None) -> Any:
    """Log a parameter and return the value.

    Args:
        value: its str() is kept, at most 6000 characters.

    Raises:
        MlplatException: this process logged another value for it, the key breaks a rule, or the journal fails.
    """
    _write_params(current_writer(), {check_key(key, "parameter"): param_text(key, value)})
    return _done if synchronous is False else value


def log_params(
    params: Dict[str, Any], synchronous: Optional[bool] = None, run_id: Optional[str] = None
) -> Optional[RunOperations]:
    """Log several parameters, all or none; errors as for `log_param`."""
    checked = check_keys(params, "parameter")
    _write_params(writer_of(run_id), {key: param_text(key, value) for key, value in checked.items()})
    return _done if synchronous is False else None


def _write_params(writer: RunWriter, texts: Dict[str, str]) -> None:
    with writer.lock:
        new = {key: text for key, text in texts.items() if key not in writer.params}
        for key, text in texts.items():
            if key not in new and writer.params[key] != text:
                raise MlplatException(
                    f"the parameter {key!r} is {writer.params[key]!r} already and cannot become {text!r}; "
                    "a parameter never changes within a run"
                )
        if new:
            now = time_ns() // 1_000_000
            writer.append(b"".join([encode(("p", key, text, now)) for key, text in new.items()]))
            writer.params.update(new)


def set_tag(key: str, value: Any, synchronous: Optional[bool] = None) -> Optional[RunOperations]:
    """Set or overwrite a tag of the current run; its str() is kept, at most 8000 characters.

    Raises:
        MlplatException: the key breaks a rule, or the journal cannot be written.
    """
    return set_tags({key: value}, synchronous)


def set_tags(tags: Dict[str, Any], synchronous: Optional[bool] = None) -> Optional[RunOperations]:
    """Set or overwrite several tags of the current run; errors as for `set_tag`."""
    checked = check_keys(tags, "tag")
    current_writer().set_tags({key: tag_text(key, value) for key, value in checked.items()})
    return _done if synchronous is False else None


def delete_tag(key: str) -> None:
    """Remove a tag of the current run.

    Raises:
        MlplatException: the run is known not to have it.
    """
    writer = current_writer()
    if writer.fresh and key not in writer.tags:
        raise MlplatException(f"the run {writer.run_id} has no tag {key!r}", "RESOURCE_DOES_NOT_EXIST")
    writer.append(encode(("dt", check_key(key, "tag"))))
    writer.tags.pop(key, None)


def flush_async_logging() -> None:
    """Return when all that was logged is safe, which it is already."""

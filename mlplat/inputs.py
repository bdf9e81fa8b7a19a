"""What a run reads. In: datasets. Out: records in the run's journal before the call returns."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from mlplat.exceptions import MlplatException
from mlplat.input_entities import LoggedModelInput
from mlplat.journal import encode
from mlplat.rules import check_keys, tag_text
from mlplat.runs import current_writer

CONTEXT = "mlflow.data.context"
LIMITS = {"name": 500, "digest": 36}
"""Characters."""


def log_input(
    dataset: Any = None,
    context: Optional[str] = None,
    tags: Optional[Dict[str, Any]] = None,
    model: Optional[LoggedModelInput] = None,
) -> None:
    """Record data, or a logged model, that the current run read.

    Args:
        dataset: of `mlplat.data`, or any object whose `to_dict()` has `name`, `digest`, `source_type`, `source` and
            perhaps `schema` and `profile` (texts), as datasets of MLflow have.
        context: what the data was read for, such as "training"; kept as the tag `mlflow.data.context`.
        model: the logged model instead.

    Raises:
        MlplatException: there is neither, the dataset has no name or digest or too long ones, a tag breaks a rule, or
            the journal cannot be written.
    """
    log_inputs([dataset], [context], [tags], [model])


def log_inputs(
    datasets: Optional[Sequence[Any]] = None,
    contexts: Optional[Sequence[Optional[str]]] = None,
    tags_list: Optional[Sequence[Optional[Dict[str, Any]]]] = None,
    models: Optional[Sequence[Optional[LoggedModelInput]]] = None,
) -> None:
    """Record several inputs of the current run, all or none; the lists go together as in `log_input`."""
    lines: List[bytes] = []
    for index, dataset in enumerate(datasets or ()):
        if dataset is not None:
            tags = dict(_at(tags_list, index) or {})
            context = _at(contexts, index)
            if context is not None:
                tags[CONTEXT] = context
            lines.append(dataset_line(dataset, tags))
    lines += [encode(("im", model.model_id)) for model in models or () if model is not None]
    if not lines:
        raise MlplatException("log_input takes a dataset or a model")
    current_writer().append(b"".join(lines))


def _at(given: Optional[Sequence[Any]], index: int) -> Any:
    return given[index] if given is not None and index < len(given) else None


def dataset_line(dataset: Any, tags: Dict[str, Any]) -> bytes:
    """Return the journal's record of data that a run read; errors as for `log_input`."""
    try:
        fields = dataset.to_dict()
    except AttributeError as error:
        raise MlplatException(
            f"a {type(dataset).__name__} is no dataset; mlplat.data makes one of a file, an array or a data frame"
        ) from error
    for name, limit in LIMITS.items():
        if not 0 < len(str(fields.get(name) or "")) <= limit:
            raise MlplatException(f"a dataset's {name} has 1 to {limit} characters, not {fields.get(name)!r}")
    texts = {key: tag_text(key, value) for key, value in check_keys(tags, "tag").items()}
    return encode(("id", *(_text(fields.get(name)) for name in _FIELDS), texts))


_FIELDS = ("name", "digest", "source_type", "source", "schema", "profile")


def _text(value: Any) -> Optional[str]:
    return None if value is None else str(value)

"""What names and values may look like. In: a value from a caller. Out: the value, or InvalidInputError.

Lengths are counted in characters. Numbers are MLflow's. What the library refuses too is in `mlplat.rules`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mlplat.rules import (
    EXPERIMENT_NAME_CHARACTERS,
    KEY_CHARACTERS,
    PARAM_CHARACTERS,
    TAG_CHARACTERS,
    is_run_id,
    key_fault,
)
from mlplat_cli.artifacts.address import split_address
from mlplat_cli.entities import Metric, Param, Tag
from mlplat_cli.errors import InvalidInputError

EXPERIMENT_TAG_LENGTH = 20_000
REGISTRY_TAG_LENGTH = 100_000
LOCATION_LENGTH = 2_048
ALIAS_LENGTH = 255
BATCH_METRICS = 1_000
BATCH_PARAMS = 100
BATCH_TAGS = 100
BATCH_ITEMS = 1_000
DATASETS = 1_000
DATASET_NAME_LENGTH = 500
DATASET_DIGEST_LENGTH = 36
DATASET_SOURCE_LENGTH = 65_535
DATASET_SCHEMA_LENGTH = 1_048_575
DATASET_PROFILE_LENGTH = 16_777_215
SEARCH_RUNS = 50_000
SEARCH_EXPERIMENTS = 50_000
SEARCH_MODELS = 1_000
SEARCH_VERSIONS = 200_000
SEARCH_LOGGED_MODELS = 50_000
EVALUATION_DATASET_NAME_LENGTH = 255
SEARCH_EVALUATION_DATASETS = 50_000
DATASET_RECORDS = 50_000
WEBHOOK_NAME_LENGTH = 63
WEBHOOK_TEXT_LENGTH = 1_000
LIST_WEBHOOKS = 1_000
USUAL_WEBHOOKS = 100
SCORER_NAME_LENGTH = 256
USER_LENGTH = 255
SUMMARY_EXPERIMENTS = 20
SEARCH_TRACES = 500
LINKED_TRACES = 1_000
TRACE_ID_LENGTH = 50
TRACE_TAG_LENGTH = 8_000
CLIENT_REQUEST_ID_LENGTH = 256
HISTORY_RUNS = 100
HISTORY_POINTS = 25_000
CHART_SERIES = 500
STATES_OF_RUNS = 1_000
REGISTRY_CHANGES = 10_000
REASON_CHARACTERS = 5_000
CHART_PIXELS = range(10, 10_001)

_JOURNAL_NAME = re.compile(r"[a-zA-Z0-9_-][\w.-]{0,127}", re.ASCII)
_TRACE_ID = re.compile(rf"[\w-]{{1,{TRACE_ID_LENGTH}}}", re.ASCII)
_ALIAS = re.compile(r"[\w-]+")
_VERSION_ALIAS = re.compile(r"v\d+", re.IGNORECASE)
_WEBHOOK_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_LOGGED_MODEL_NAME = re.compile(r"""[^/:.%"']+""")
_key_fault = lru_cache(maxsize=10_000)(key_fault)

_INT64 = range(-(2**63), 2**63)
_INT64_DIGITS = 20


def required(name: str, value: str) -> str:
    """Refuse an empty text; `name` is the parameter's."""
    if not value:
        raise InvalidInputError(f"required parameter '{name}' is missing")
    return value


def key(kind: str, value: str) -> str:
    """Check the key of a metric, param or tag; `kind` names it in the error."""
    required(f"{kind} key", value)
    fault = _key_fault(value)
    if fault is not None:
        raise InvalidInputError(f"invalid {kind} key: {value[:KEY_CHARACTERS]!r} {fault}")
    return value


def run_id(value: str) -> str:
    """Check a run's id."""
    if not is_run_id(required("run_id", value)):
        raise InvalidInputError(f"invalid run id {value!r}")
    return value


def journal(value: str) -> str:
    """Check the name of a journal: `<run_id>/<process>`."""
    run, _, process = value.partition("/")
    if not is_run_id(run) or not _JOURNAL_NAME.fullmatch(process):
        raise InvalidInputError(f"invalid name of a journal {value!r}: it must be RUN/PROCESS")
    return value


def staged_file(value: str) -> str:
    """Check the name of a file that lies beside a journal until a record of it takes the file over."""
    if not _JOURNAL_NAME.fullmatch(value):
        raise InvalidInputError(f"invalid name of a staged file {value!r}")
    return value


def experiment_id(value: str) -> str:
    """Check an experiment's id, which is a number."""
    if not _is_number(required("experiment_id", value)):
        raise InvalidInputError(f"invalid experiment id {value!r}: it must be a number")
    return value


def experiment_name(value: str) -> str:
    """Check an experiment's name: 1 to 500 characters."""
    return _at_most(EXPERIMENT_NAME_CHARACTERS, "experiment name", required("name", value))


def artifact_location(value: str) -> str:
    """Check where a new experiment wants its artifacts: no fragment, query or `..`."""
    _at_most(LOCATION_LENGTH, "artifact_location", value)
    parts = split_address(value)
    if parts.fragment or parts.query:
        raise InvalidInputError(f"invalid artifact_location {value!r}: it has a fragment or a query")
    if ".." in parts.path.split("/") or "\0" in value:
        raise InvalidInputError(f"invalid artifact_location {value!r}: it holds '..'")
    return value


def metric(metric: Metric) -> Metric:
    """Check a point of a metric; its value may be any double."""
    key("metric", metric.key)
    if metric.timestamp not in _INT64 or metric.step not in _INT64:
        raise InvalidInputError(f"metric {metric.key!r}: timestamp and step must fit 64 bits")
    return metric


def run_tag(tag: Tag) -> Tag:
    """Check a run's tag; a longer value is cut to the limit, as MLflow's server does."""
    key("tag", tag.key)
    return tag if len(tag.value) <= TAG_CHARACTERS else Tag(tag.key, tag.value[:TAG_CHARACTERS])


def param(param: Param) -> Param:
    """Check a run's parameter; a longer value is cut to the limit, as MLflow's server does."""
    key("param", param.key)
    return param if len(param.value) <= PARAM_CHARACTERS else Param(param.key, param.value[:PARAM_CHARACTERS])


def experiment_tag(tag: Tag) -> Tag:
    """Check an experiment's tag."""
    _at_most(EXPERIMENT_TAG_LENGTH, f"value of tag {tag.key!r}", tag.value)
    key("tag", tag.key)
    return tag


def registry_tag(tag: Tag) -> Tag:
    """Check a tag of a registered model, a version or a logged model; its key may hold any character."""
    _at_most(KEY_CHARACTERS, "tag key", required("key", tag.key))
    _at_most(REGISTRY_TAG_LENGTH, f"value of tag {tag.key!r}", tag.value)
    return tag


def trace_id(value: str) -> str:
    """Check a trace's id."""
    if not _TRACE_ID.fullmatch(required("trace_id", value)):
        raise InvalidInputError(f"invalid trace id {value!r}: letters, digits, '_' and '-', at most {TRACE_ID_LENGTH}")
    return value


def trace_tag(kind: str, tag: Tag) -> Tag:
    """Check a tag of a trace, or what its metadata say; a longer value is cut to the limit.

    Args:
        kind: names it in the error.
    """
    _at_most(KEY_CHARACTERS, f"{kind} key", required("key", tag.key))
    return tag if len(tag.value) <= TRACE_TAG_LENGTH else Tag(tag.key, tag.value[:TRACE_TAG_LENGTH])


def assessment_name(value: str) -> str:
    """Check the name of an assessment."""
    return _at_most(KEY_CHARACTERS, "assessment_name", required("assessment_name", value))


def registered_model_name(value: str) -> str:
    """Check the name of a registered model."""
    if "/" in required("name", value) or ":" in value:
        raise InvalidInputError(f"invalid model name {value!r}: it holds '/' or ':'")
    return _at_most(KEY_CHARACTERS, "model name", value)


def logged_model_name(value: str) -> str:
    """Check the name of a logged model."""
    if not _LOGGED_MODEL_NAME.fullmatch(value):
        raise InvalidInputError(f"""invalid model name {value!r}: it is empty or holds one of / : . % " '""")
    return value


def alias(value: str) -> str:
    """Check a new alias; `latest` and `v1` and the like already mean something."""
    _at_most(ALIAS_LENGTH, "alias", required("alias", value))
    if not _ALIAS.fullmatch(value):
        raise InvalidInputError(f"invalid alias {value!r}: only letters, digits, '_' and '-' are allowed")
    if value.lower() == "latest" or _VERSION_ALIAS.fullmatch(value):
        raise InvalidInputError(f"alias {value!r} is reserved")
    return value


def model_version(value: str) -> str:
    """Check a version number."""
    if not _is_number(required("version", value)):
        raise InvalidInputError(f"invalid model version {value!r}: it must be a number")
    return value


def max_results(value: int, most: int) -> int:
    """Check a page's length."""
    if not 1 <= value <= most:
        raise InvalidInputError(f"invalid value {value} for parameter 'max_results': it must be 1 to {most}")
    return value


def stamp(value: int) -> int:
    """Check the stamp of a change."""
    if value < 0:
        raise InvalidInputError(f"invalid value {value} for parameter 'since': it must not be negative")
    return value


def pixels(value: int) -> int:
    """Check the width of a chart."""
    if value not in CHART_PIXELS:
        raise InvalidInputError(
            f"invalid value {value} for parameter 'pixels': it must be {CHART_PIXELS[0]} to {CHART_PIXELS[-1]}"
        )
    return value


def batch(metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[Tag]) -> None:
    """Check the size of a batch, and that it gives each parameter one value."""
    counts = (
        ("metrics", len(metrics), BATCH_METRICS),
        ("params", len(params), BATCH_PARAMS),
        ("tags", len(tags), BATCH_TAGS),
        ("metrics, params and tags", len(metrics) + len(params) + len(tags), BATCH_ITEMS),
    )
    for what, count, most in counts:
        if count > most:
            raise InvalidInputError(
                f"a batch holds at most {most} {what}, this one has {count}", hint="send several requests"
            )
    keys = [item.key for item in params]
    if len(set(keys)) < len(keys):
        twice = sorted({item for item in keys if keys.count(item) > 1})
        raise InvalidInputError(f"parameters given more than once in one batch: {twice}")


def text(name: str, value: str | None, most: int) -> str | None:
    """Check the length of an optional text."""
    return value if value is None else _at_most(most, name, value)


def evaluation_dataset_name(value: str) -> str:
    """Check the name of an evaluation dataset."""
    return _at_most(EVALUATION_DATASET_NAME_LENGTH, "dataset name", required("name", value))


def scorer_name(value: str) -> str:
    """Check a scorer's name."""
    return _at_most(SCORER_NAME_LENGTH, "scorer name", required("name", value))


def webhook_name(value: str) -> str:
    """Check a webhook's name."""
    if not _WEBHOOK_NAME.fullmatch(_at_most(WEBHOOK_NAME_LENGTH, "webhook name", required("name", value))):
        raise InvalidInputError(
            f"Webhook name {value!r} is invalid: it must begin and end with a letter or digit, and hold only letters, "
            "digits, '.', '_' and '-'"
        )
    return value


def _is_number(value: str) -> bool:
    # The length is looked at first: Python refuses to read a number of thousands of digits.
    return value.isascii() and value.isdigit() and len(value) < _INT64_DIGITS and int(value) in _INT64


def _at_most(most: int, name: str, value: str) -> str:
    if len(value) > most:
        raise InvalidInputError(f"{name} has {len(value)} characters, at most {most} are allowed")
    return value

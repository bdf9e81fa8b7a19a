"""What can be asked of each kind of thing. In: nothing. Out: one `Entity` for each search."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mlplat_cli.search.tree import Field, FieldKind


class ValueType(StrEnum):
    """What a field is compared with; the value is how errors call it."""

    TEXT = "a quoted string"
    NUMBER = "a number"
    EITHER = "a quoted string or a number"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute.

    Args:
        aliases: other names that mean the same.
        prefix: beginning of its values that a filter may leave out.
        in_order: whether a search can be ordered by it.
    """

    name: str
    type: ValueType
    aliases: tuple[str, ...] = ()
    prefix: str = ""
    in_order: bool = True


PREFIXES = {
    FieldKind.ATTRIBUTE: ("attributes", "attribute", "attr"),
    FieldKind.METRIC: ("metrics", "metric"),
    FieldKind.PARAM: ("params", "param", "parameters", "parameter"),
    FieldKind.TAG: ("tags", "tag"),
    FieldKind.DATASET: ("datasets", "dataset"),
    FieldKind.METADATA: ("metadata", "request_metadata", "trace_metadata"),
    FieldKind.FEEDBACK: ("feedback",),
    FieldKind.EXPECTATION: ("expectation",),
    FieldKind.SPAN: ("span",),
}


@dataclass(frozen=True)
class Entity:
    """One kind of thing that is searched.

    Args:
        noun: how errors call it.
        collections: the kinds of keyed values that it has.
        ordered_by: those of them that a search can be ordered by.
        regexes: whether RLIKE is answered.
        texts: long texts, in which patterns are looked for and nothing else.
        prefixes: what may stand before a dot, and the kind that it means.
        names: every spelling of an attribute, and the attribute.
    """

    noun: str
    attributes: tuple[Attribute, ...]
    collections: tuple[FieldKind, ...]
    ordered_by: tuple[FieldKind, ...] = ()
    more_prefixes: tuple[tuple[str, FieldKind], ...] = ()
    regexes: bool = False
    texts: tuple[Field, ...] = ()
    prefixes: dict[str, FieldKind] = field(init=False)
    names: dict[str, Attribute] = field(init=False)

    def __post_init__(self) -> None:
        kinds = (FieldKind.ATTRIBUTE, *self.collections)
        prefixes = {prefix: kind for kind in kinds for prefix in PREFIXES[kind]}
        object.__setattr__(self, "prefixes", prefixes | dict(self.more_prefixes))
        names = {name: attribute for attribute in self.attributes for name in (attribute.name, *attribute.aliases)}
        object.__setattr__(self, "names", names)

    def value_type(self, kind: FieldKind, key: str) -> ValueType:
        """Say what a field is compared with."""
        if kind is FieldKind.ATTRIBUTE:
            return self.names[key].type
        return _TYPES.get(kind, ValueType.TEXT)


_TYPES = {
    FieldKind.METRIC: ValueType.NUMBER,
    FieldKind.FEEDBACK: ValueType.EITHER,
    FieldKind.EXPECTATION: ValueType.EITHER,
}

DATASET_KEYS = ("name", "digest", "context")
"""What can be asked of a run's datasets; `context` is the input's tag mlflow.data.context."""

SPAN_KEYS = ("name", "type", "status", "content")
"""What can be asked of a trace's spans, beside `attributes.<key>`."""

_TEXT, _NUMBER = ValueType.TEXT, ValueType.NUMBER
_METRIC, _PARAM, _TAG = FieldKind.METRIC, FieldKind.PARAM, FieldKind.TAG

RUN = Entity(
    noun="run",
    attributes=(
        Attribute("run_id", _TEXT),
        Attribute("run_name", _TEXT, ("run name", "Run name", "Run Name")),
        Attribute("user_id", _TEXT),
        Attribute("status", _TEXT),
        Attribute("start_time", _NUMBER, ("created", "Created")),
        Attribute("end_time", _NUMBER),
        Attribute("artifact_uri", _TEXT),
    ),
    collections=(_METRIC, _PARAM, _TAG, FieldKind.DATASET),
    ordered_by=(_METRIC, _PARAM, _TAG),
    more_prefixes=(("run", FieldKind.ATTRIBUTE),),
)

EXPERIMENT = Entity(
    noun="experiment",
    attributes=(
        Attribute("experiment_id", _TEXT),
        Attribute("name", _TEXT),
        Attribute("creation_time", _NUMBER),
        Attribute("last_update_time", _NUMBER),
    ),
    collections=(_TAG,),
)

LOGGED_MODEL = Entity(
    noun="logged model",
    attributes=(
        Attribute("name", _TEXT),
        Attribute("model_id", _TEXT),
        Attribute("model_type", _TEXT),
        Attribute("status", _TEXT, prefix="LOGGED_MODEL_"),
        Attribute("source_run_id", _TEXT),
        Attribute("experiment_id", _TEXT),
        Attribute("creation_timestamp", _NUMBER, ("creation_timestamp_ms", "creation_time")),
        Attribute("last_updated_timestamp", _NUMBER, ("last_updated_timestamp_ms", "last_updated_time")),
    ),
    collections=(_METRIC, _PARAM, _TAG),
    ordered_by=(_METRIC,),
)

REGISTERED_MODEL = Entity(
    noun="registered model",
    attributes=(
        Attribute("name", _TEXT),
        Attribute("last_updated_timestamp", _NUMBER, ("timestamp",)),
        Attribute("creation_timestamp", _NUMBER),
    ),
    collections=(_TAG,),
)

MODEL_VERSION = Entity(
    noun="model version",
    attributes=(
        Attribute("name", _TEXT),
        Attribute("version_number", _NUMBER, ("version",)),
        Attribute("run_id", _TEXT, in_order=False),
        Attribute("source_path", _TEXT, in_order=False),
        Attribute("current_stage", _TEXT, in_order=False),
        Attribute("status", _TEXT, in_order=False),
        Attribute("creation_timestamp", _NUMBER),
        Attribute("last_updated_timestamp", _NUMBER),
    ),
    collections=(_TAG,),
)

TRACE = Entity(
    noun="trace",
    attributes=(
        Attribute("status", _TEXT, ("state",)),
        Attribute("name", _TEXT),
        Attribute("timestamp_ms", _NUMBER, ("timestamp", "request_time")),
        Attribute("execution_time_ms", _NUMBER, ("execution_time", "execution_duration")),
        Attribute("end_time_ms", _NUMBER, ("end_time",)),
        Attribute("request_id", _TEXT, ("trace_id",)),
        Attribute("client_request_id", _TEXT),
        Attribute("experiment_id", _TEXT),
        Attribute("run_id", _TEXT),
        Attribute("prompt", _TEXT, in_order=False),
        Attribute("text", _TEXT, in_order=False),
    ),
    collections=(_TAG, FieldKind.METADATA, FieldKind.FEEDBACK, FieldKind.EXPECTATION, FieldKind.SPAN),
    ordered_by=(_TAG, FieldKind.METADATA),
    more_prefixes=(("trace", FieldKind.ATTRIBUTE),),
    regexes=True,
    texts=(Field(FieldKind.ATTRIBUTE, "text"), Field(FieldKind.SPAN, "content")),
)

EVALUATION_DATASET = Entity(
    noun="evaluation dataset",
    attributes=(
        Attribute("name", _TEXT),
        Attribute("created_time", _NUMBER),
        Attribute("last_update_time", _NUMBER),
        Attribute("created_by", _TEXT, in_order=False),
        Attribute("last_updated_by", _TEXT, in_order=False),
    ),
    collections=(_TAG,),
)

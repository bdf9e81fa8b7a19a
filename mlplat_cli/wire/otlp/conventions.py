"""What the attributes of spans mean. In: attributes. Out: type, inputs, outputs, session, user and tokens, if said.

Read are MLflow's own names, OpenTelemetry's for generative AI (`gen_ai.…`), OpenInference's and OpenLLMetry's
(`traceloop.…`), in this order. MLflow's client writes every value as a JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from mlplat_cli.entities import AttributeValue

Attributes = Mapping[str, AttributeValue]

SPAN_TYPE = "mlflow.spanType"
INPUTS = ("mlflow.spanInputs", "gen_ai.input.messages", "input.value", "traceloop.entity.input", "gen_ai.prompt")
OUTPUTS = (
    "mlflow.spanOutputs",
    "gen_ai.output.messages",
    "output.value",
    "traceloop.entity.output",
    "gen_ai.completion",
)
_SESSION = (
    "mlflow.trace.session",
    "session.id",
    "gen_ai.conversation.id",
    "traceloop.association.properties.session_id",
)
_USER = ("mlflow.trace.user", "user.id", "enduser.id", "traceloop.association.properties.user_id")
_KINDS = ("openinference.span.kind", "traceloop.span.kind")
_MLFLOW_USAGE = "mlflow.chat.tokenUsage"
_INPUT_TOKENS = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt")
_OUTPUT_TOKENS = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion")
_TOTAL_TOKENS = ("gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total")

_OPERATIONS = {
    "chat": "CHAT_MODEL",
    "text_completion": "LLM",
    "generate_content": "LLM",
    "embeddings": "EMBEDDING",
    "execute_tool": "TOOL",
    "create_agent": "AGENT",
    "invoke_agent": "AGENT",
}
_KNOWN_KINDS = frozenset(
    {
        "LLM",
        "CHAIN",
        "AGENT",
        "TOOL",
        "RETRIEVER",
        "EMBEDDING",
        "RERANKER",
        "GUARDRAIL",
        "EVALUATOR",
        "WORKFLOW",
        "TASK",
    }
)
_LONGEST_TYPE = 255


class TokenUsage(NamedTuple):
    """Tokens that a model read and wrote."""

    input: int
    output: int
    total: int


def span_type(attributes: Attributes) -> str:
    """Say what kind of work a span was; UNKNOWN where nothing tells."""
    own = plain(attributes.get(SPAN_TYPE))
    if isinstance(own, str) and own:
        return own[:_LONGEST_TYPE]
    operation = plain(attributes.get("gen_ai.operation.name"))
    if isinstance(operation, str) and operation in _OPERATIONS:
        return _OPERATIONS[operation]
    kind = str(_first(attributes, _KINDS) or "").upper()
    return kind if kind in _KNOWN_KINDS else "UNKNOWN"


def inputs(attributes: Attributes) -> str | None:
    """Return what went in, as MLflow shows it: JSON."""
    return _shown(attributes, INPUTS)


def outputs(attributes: Attributes) -> str | None:
    """Return what came out, as MLflow shows it: JSON."""
    return _shown(attributes, OUTPUTS)


def session(attributes: Attributes) -> str | None:
    """Name the conversation that a span is part of."""
    return _text(_first(attributes, _SESSION))


def user(attributes: Attributes) -> str | None:
    """Name the user whom the traced program served."""
    return _text(_first(attributes, _USER))


def token_usage(attributes: Attributes) -> TokenUsage | None:
    """Count the tokens of a span that called a model."""
    own = plain(attributes.get(_MLFLOW_USAGE))
    if isinstance(own, Mapping):
        given = [_count(own.get(f"{which}_tokens")) for which in ("input", "output", "total")]
    else:
        given = [_count(_first(attributes, names)) for names in (_INPUT_TOKENS, _OUTPUT_TOKENS, _TOTAL_TOKENS)]
    if all(count is None for count in given):
        return None
    read, written, total = given
    return TokenUsage(read or 0, written or 0, (read or 0) + (written or 0) if total is None else total)


def plain(value: AttributeValue) -> AttributeValue:
    """Take the JSON away that MLflow's client wraps around values; any other text stays as it is."""
    if not isinstance(value, str) or value[:1] not in ('"', "{", "["):
        return value
    try:
        read: AttributeValue = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value
    return read


def _first(attributes: Attributes, names: Iterable[str]) -> AttributeValue:
    found = (plain(attributes[name]) for name in names if name in attributes)
    return next((value for value in found if value not in (None, "")), None)


def _text(value: AttributeValue) -> str | None:
    return None if value is None else str(value)


def _shown(attributes: Attributes, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = attributes.get(name)
        if value is None:
            continue
        if isinstance(value, str) and plain(value) != value:
            return value
        return json.dumps(value, ensure_ascii=False, default=str)
    return None


_GREATEST_COUNT = 2**53


def _count(value: AttributeValue) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(_GREATEST_COUNT)):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _GREATEST_COUNT:
        return None
    return int(value)

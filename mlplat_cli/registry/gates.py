"""Gates as persons write them. In: words. Out: a target, a bound; and the gate that a person means."""

from __future__ import annotations

import math
import re

from mlplat_cli.entities import Comparator, Gate, MetricBound
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.model_uri import LATEST, AliasUri, StageUri, model_uri, parse_model_uri
from mlplat_cli.store.interface import Store

_BOUND = re.compile(r"\s*(?P<metric>.+?)\s*(?P<comparator>>=|<=|==|!=|>|<)\s*(?P<bound>[-+.\deE]+)\s*")
_COMPARATORS: dict[str, Comparator] = {">=": ">=", ">": ">", "<=": "<=", "<": "<", "==": "==", "!=": "!="}


def split_target(reference: str) -> tuple[str, str]:
    """Take `NAME@ALIAS` or `NAME/STAGE` apart, into the name and what a gate holds: `@ALIAS` or `/STAGE`.

    Raises:
        InvalidInputError: it is neither.
    """
    uri = model_uri(reference)
    match None if uri is None else parse_model_uri(uri):
        case AliasUri(name, alias):
            return name, f"@{alias}"
        case StageUri(name, stage) if stage.lower() != LATEST:
            return name, f"/{stage}"
    raise InvalidInputError(
        f"{reference!r} names no alias and no stage", hint="such as wine@champion or wine/Production"
    )


def parse_bound(text: str) -> MetricBound:
    """Read a bound such as `accuracy>=0.9`.

    Raises:
        InvalidInputError: it is none.
    """
    found = _BOUND.fullmatch(text)
    try:
        bound = float(found["bound"]) if found else math.nan
    except ValueError:
        bound = math.nan
    if found is None or not math.isfinite(bound):
        raise InvalidInputError(
            f"--metric {text}: this is no bound", hint="a metric, one of >= > <= < == !=, and a number: 'accuracy>=0.9'"
        )
    return MetricBound(metric=found["metric"], comparator=_COMPARATORS[found["comparator"]], bound=bound)


def find_gate(store: Store, name: str, target: str, reference: str) -> Gate:
    """Return the gate of a target that a number, or the check as it was written, means.

    Raises:
        NotFoundError: there is none.
    """
    plain = reference.strip().strip("`")
    for gate in store.gates(name):
        if gate.target.lower() == target.lower() and plain in (gate.gate_id, gate.text.strip("`"), _bound(plain, gate)):
            return gate
    raise NotFoundError(
        f"{name}{target} has no gate {reference!r}", hint=f"list them with: mlplat models gate list {name}"
    )


def _bound(text: str, gate: Gate) -> str | None:
    """Return the text itself where it is the gate's bound in other words, such as `accuracy >= 0.90`."""
    found = _BOUND.fullmatch(text)
    is_it = found is not None and gate.metric is not None and parse_bound(text) == gate.metric
    return text if is_it else None

"""How much a YAML document may hold. In: a text, or what was read of one. Out: what is too much of it, or None.

A text of a few kilobytes can nest collections until a parser written in C runs out of stack, or say by aliases of
aliases what would fill all memory. Both are seen here before, or instead of, whatever would follow them.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

MAX_DEPTH = 100
MAX_NODES = 1_000_000
_BEGINNINGS = ("SequenceStartEvent", "MappingStartEvent")
_ENDINGS = ("SequenceEndEvent", "MappingEndEvent")
TOO_DEEP = f"its collections are nested in one another more than {MAX_DEPTH} times"
TOO_MUCH = f"its aliases stand for more than {MAX_NODES} values"


def too_much(text: Any) -> Optional[str]:
    """Return what is too much of a document that PyYAML is to load; None for nothing, or where it is no YAML."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _too_much(yaml.parse(text, Loader=loader))
    except (yaml.YAMLError, ValueError):  # whoever loads it says so
        return None


def too_deep(text: Any) -> Optional[str]:
    """Return what is too much of a document whose aliases nobody follows: its depth; else as `too_much`."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            kind = type(event).__name__
            depth += (kind in _BEGINNINGS) - (kind in _ENDINGS)
            if depth > MAX_DEPTH:
                return TOO_DEEP
    except (yaml.YAMLError, ValueError):
        pass
    return None


def _too_much(events: Any) -> Optional[str]:
    anchored: Dict[str, int] = {}
    open_nodes: List[List[Any]] = [[None, 0]]
    for event in events:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            _close(open_nodes, anchored, event.anchor, 1)
        elif kind == "AliasEvent":
            _close(open_nodes, anchored, None, anchored.get(event.anchor, _unknown(open_nodes, event.anchor)))
        elif kind in _BEGINNINGS:
            open_nodes.append([event.anchor, 1])
        elif kind in _ENDINGS:
            anchor, size = open_nodes.pop()
            _close(open_nodes, anchored, anchor, size)
        if len(open_nodes) > MAX_DEPTH:
            return TOO_DEEP
        if open_nodes[-1][1] > MAX_NODES:
            return TOO_MUCH
    return None


def _unknown(open_nodes: List[List[Any]], anchor: str) -> int:
    """Count an alias whose anchor has not ended: a value that holds itself is endless, what is nothing is 1."""
    return MAX_NODES + 1 if any(each[0] == anchor for each in open_nodes) else 1


def _close(open_nodes: List[List[Any]], anchored: Dict[str, int], anchor: Optional[str], size: int) -> None:
    """Count a node that has ended in the one around it, and under its anchor."""
    open_nodes[-1][1] += size
    if anchor is not None:
        anchored[anchor] = size


def too_much_of(value: Any) -> Optional[str]:
    """Return what is too much of plain values, those that stand in several places counted in each."""
    waiting, seen = [value], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MAX_NODES:
            return TOO_MUCH
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return None

"""A line of the results. In: two samples and what was promised of them. Out: a row of a table, or of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measuring import Sample

EXACT_FROM = 100
"""From here on a value is shown without decimals."""

HEADINGS = ("what", "mlplat", "beside", "its value", "ratio", "target", "met")


@dataclass(frozen=True)
class Target:
    """What was promised, and whether it holds."""

    text: str
    met: bool


@dataclass(frozen=True)
class Comparison:
    """One quantity of mlplat beside the same quantity of something else.

    Attributes:
        what: what was measured of mlplat. unit: of both samples.
        beside: what it is compared with; nothing where the promise is an absolute one.
    """

    what: str
    unit: str
    ours: Sample
    beside: str = ""
    peer: Sample | None = None
    targets: tuple[Target, ...] = ()


def at_most(ours: Sample, limit: float, unit: str) -> Target:
    """Promise that the median is no more than a limit."""
    return Target(f"at most {limit:g} {unit}".rstrip(), ours.median <= limit)


def at_most_times(ours: Sample, peer: Sample, times: float) -> Target:
    """Promise that the median is no more than so many times the other's."""
    return Target(f"at most {times:g} times", ours.median <= peer.median * times)


def times_less(ours: Sample, peer: Sample, times: float) -> Target:
    """Promise that the median is so many times smaller than the other's."""
    return Target(f"{times:g} times less", ours.median * times <= peer.median)


def less(ours: Sample, peer: Sample) -> Target:
    """Promise that the median is smaller than the other's."""
    return Target("less", ours.median < peer.median)


def times_more(ours: Sample, peer: Sample, times: float) -> Target:
    """Promise that the median is so many times greater than the other's."""
    return Target(f"{times:g} times more" if times != 1 else "more", ours.median > peer.median * times)


def at_least(ours: Sample, limit: float, unit: str) -> Target:
    """Promise that the median is no less than a limit."""
    return Target(f"at least {limit:,g} {unit}".rstrip(), ours.median >= limit)


def table(comparisons: Sequence[Comparison]) -> str:
    """Write comparisons as a Markdown table: median, and least to greatest where there are several values."""
    rows = [HEADINGS, *map(_cells, comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def as_json(comparison: Comparison) -> dict[str, object]:
    """Return a comparison with every measured value, for programs."""
    return {
        "what": comparison.what,
        "unit": comparison.unit,
        "ours": list(comparison.ours.values),
        "beside": comparison.beside,
        "peer": list(comparison.peer.values) if comparison.peer else [],
        "ours_median": comparison.ours.median,
        "peer_median": comparison.peer.median if comparison.peer else None,
        "targets": [{"text": target.text, "met": target.met} for target in comparison.targets],
    }


def _cells(comparison: Comparison) -> tuple[str, ...]:
    return (
        comparison.what,
        _measured(comparison.ours, comparison.unit),
        comparison.beside,
        _measured(comparison.peer, comparison.unit) if comparison.peer else "",
        _ratio(comparison.ours.median, comparison.peer.median) if comparison.peer else "",
        "; ".join(target.text for target in comparison.targets),
        "; ".join("yes" if target.met else "**no**" for target in comparison.targets),
    )


def _measured(sample: Sample, unit: str) -> str:
    spread = f" ({_number(min(sample.values))} to {_number(max(sample.values))})" if len(sample.values) > 1 else ""
    return f"{_number(sample.median)} {unit}".rstrip() + spread


def _number(value: float) -> str:
    """Write three digits that matter, and all of a whole number."""
    if value >= EXACT_FROM or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _ratio(ours: float, peer: float) -> str:
    if ours == peer:
        return "equal"
    if ours > peer:
        return f"{_number(ours / peer)} times"
    return f"{_number(peer / ours)} times less"

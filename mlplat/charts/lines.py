"""Curves. In: lines through points. Out: SVG with axes and a legend."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from mlplat.charts.canvas import COLORS, INK, Axes, Bounds, Canvas

MAX_POINTS = 400
"""A line with more is thinned: no eye sees the difference."""


class Line(NamedTuple):
    """One curve: finite coordinates in order, its name for the legend, and whether it is only there to compare with."""

    x: Sequence[float]
    y: Sequence[float]
    name: str
    reference: bool = False


def line_chart(
    title: str,
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    x_bounds: Optional[Bounds] = None,
    y_bounds: Optional[Bounds] = None,
) -> str:
    """Draw lines; the axes go as far as the data does unless bounds are given."""
    canvas = Canvas(title, 480, 360, bottom=60 + 18 * len(lines))
    axes = Axes(
        canvas,
        x_bounds or _reach([line.x for line in lines]),
        y_bounds or _reach([line.y for line in lines]),
    )
    colors = iter(COLORS * len(lines))
    for index, line in enumerate(lines):
        color = "#8c959f" if line.reference else next(colors)
        canvas.line(
            [axes.place(x, y) for x, y in _thinned(line)],
            color,
            dashed=line.reference,
            width=1.2 if line.reference else 2,
        )
        y = canvas.top + canvas.height + 62 + 18 * index
        canvas.line([(canvas.left, y - 4), (canvas.left + 22, y - 4)], color, dashed=line.reference)
        canvas.text(canvas.left + 30, y, line.name, anchor="start", color=INK, limit=70)
    canvas.labels(x_label, y_label)
    return canvas.svg()


def _reach(values: Sequence[Sequence[float]]) -> Bounds:
    every = [float(value) for each in values for value in each]
    return min(every, default=0.0), max(every, default=1.0)


def _thinned(line: Line) -> List[Tuple[float, float]]:
    points = [(float(x), float(y)) for x, y in zip(line.x, line.y)]
    if len(points) <= MAX_POINTS:
        return points
    step = (len(points) - 1) / (MAX_POINTS - 1)
    return [points[round(index * step)] for index in range(MAX_POINTS)]

"""Clouds of points. In: two coordinates each. Out: SVG."""

from __future__ import annotations

from typing import Sequence

from mlplat.charts.canvas import COLORS, Axes, Canvas

MAX_POINTS = 2000
"""Of more, every so-manieth is drawn."""


def point_chart(
    title: str, x: Sequence[float], y: Sequence[float], x_label: str, y_label: str, *, diagonal: bool = False
) -> str:
    """Draw points with finite coordinates, and the line they would lie on: y = x with `diagonal`, else y = 0."""
    step = max(1, -(-len(x) // MAX_POINTS))
    xs = [float(value) for value in x[::step]]
    ys = [float(value) for value in y[::step]]
    low, high = min(xs, default=0.0), max(xs, default=1.0)
    reach = [*ys, low, high] if diagonal else [*ys, 0.0]
    canvas = Canvas(title, 480, 360, bottom=60)
    axes = Axes(canvas, (low, high), (min(reach), max(reach)))
    canvas.dots([axes.place(*point) for point in zip(xs, ys)], COLORS[0])
    ends = [(low, low), (high, high)] if diagonal else [(low, 0.0), (high, 0.0)]
    canvas.line([axes.place(*point) for point in ends], "#8c959f", dashed=True, width=1.2)
    canvas.labels(x_label, y_label)
    return canvas.svg()

"""Bars. In: names and numbers. Out: SVG with a horizontal bar each, the longest first."""

from __future__ import annotations

from typing import Mapping

from mlplat.charts.canvas import COLORS, Canvas, number_text

MAX_BARS = 40
"""Only the longest are drawn."""
HEIGHT = 20


def bar_chart(title: str, values: Mapping[str, float], x_label: str) -> str:
    """Draw a bar for each of the greatest numbers, which must be finite; a negative one goes by its size."""
    shown = sorted(values.items(), key=lambda item: -abs(item[1]))[:MAX_BARS]
    canvas = Canvas(title, 460, HEIGHT * max(1, len(shown)), left=210, right=80)
    longest = max((abs(value) for _, value in shown), default=0.0) or 1.0
    for index, (name, value) in enumerate(shown):
        y = canvas.top + HEIGHT * index
        width = abs(value) / longest * canvas.width
        canvas.rect(canvas.left, y + 2, width, HEIGHT - 4, COLORS[0] if value >= 0 else COLORS[1])
        canvas.text(canvas.left - 8, y + 14, name, anchor="end")
        canvas.text(canvas.left + width + 6, y + 14, number_text(value), anchor="start")
    canvas.text(canvas.left + canvas.width / 2, canvas.top + canvas.height + 24, x_label, limit=60)
    return canvas.svg()

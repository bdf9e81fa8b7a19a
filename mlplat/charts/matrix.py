"""A table of counts as colors. In: rows of numbers. Out: SVG."""

from __future__ import annotations

from typing import Sequence

from mlplat.charts.canvas import INK, Canvas, number_text

LEGIBLE = 24
"""Pixels of a cell that holds a number."""
NAMED = 12
"""Pixels of a row that has a name."""
DARK = 0.5


def matrix_chart(title: str, rows: Sequence[Sequence[float]], names: Sequence[str], x_label: str, y_label: str) -> str:
    """Draw a square table; a cell is the darker, the greater its part of its row is.

    Args:
        rows: numbers that are not negative. names: of rows and columns, which are the same.
    """
    size = max(1, len(names))
    cell = max(6.0, min(80.0, 420.0 / size))
    canvas = Canvas(title, cell * size, cell * size, left=130, bottom=80)
    for row, values in enumerate(rows):
        total = sum(values) or 1.0
        middle = canvas.top + cell * (row + 0.5)
        for column, value in enumerate(values):
            part = value / total
            x = canvas.left + cell * column
            canvas.rect(x, canvas.top + cell * row, cell - 1, cell - 1, _blue(part))
            if cell >= LEGIBLE:
                canvas.text(x + cell / 2, middle + 4, number_text(value), color="#ffffff" if part > DARK else INK)
        if cell >= NAMED:
            canvas.text(canvas.left - 8, middle + 4, names[row], anchor="end", limit=14)
    if cell >= LEGIBLE:
        for column, name in enumerate(names):
            x = canvas.left + cell * (column + 0.5)
            canvas.text(x, canvas.top + canvas.height + 16, name, limit=max(2, int(cell / 7)))
    canvas.labels(x_label, y_label)
    return canvas.svg()


def _blue(part: float) -> str:
    """Return a color from white (0) to blue (1)."""
    red, green = round(247 - part * 216), round(251 - part * 140)
    return f"#{red:02x}{green:02x}{round(255 - part * 20):02x}"

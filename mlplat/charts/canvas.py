"""The page that a chart is drawn on. In: shapes in the data's own units. Out: SVG."""

from __future__ import annotations

import math
from typing import List, Sequence, Tuple

COLORS = ("#1f6feb", "#d1481f", "#1a7f4b", "#8a3ffc", "#b58900", "#c2185b", "#00838f", "#5d4037", "#546e7a", "#7cb342")
INK = "#24292f"
FAINT = "#d0d7de"
FONT = "font-family='system-ui,sans-serif' font-size='12'"
MARKS = 5
"""About how many numbers an axis shows."""

Bounds = Tuple[float, float]


def escaped(text: str) -> str:
    """Return a text as XML holds it; characters that XML has none for are left out."""
    from html import escape

    return escape("".join(each for each in text if each >= " " and not "\ud800" <= each <= "\udfff"), quote=True)


def shortened(text: str, limit: int = 28) -> str:
    """Return a text of at most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def number_text(value: float) -> str:
    """Return a number with at most 4 digits that count."""
    return f"{value:.4g}"


class Canvas:
    """A page with margins around an area to plot in.

    Args:
        width, height: of the plot's area, in pixels.
        left, right, top, bottom: the margins.
    """

    def __init__(
        self,
        title: str,
        width: float,
        height: float,
        left: float = 64,
        right: float = 24,
        top: float = 44,
        bottom: float = 52,
    ) -> None:
        self.width, self.height = width, height
        self.left, self.top = left, top
        self._size = (left + width + right, top + height + bottom)
        self._parts: List[str] = []
        self.text(left + width / 2, 24, title, weight="bold", limit=90)

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Draw a rectangle, in pixels of the page."""
        self._parts.append(f"<rect x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}' fill='{fill}'/>")

    def line(
        self, points: Sequence[Tuple[float, float]], color: str, *, dashed: bool = False, width: float = 2
    ) -> None:
        """Draw a line through points of the page."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = " stroke-dasharray='5 4'" if dashed else ""
        self._parts.append(f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='{width}'{dash}/>")

    def dots(self, points: Sequence[Tuple[float, float]], color: str) -> None:
        """Draw points of the page, faint so that a crowd shows as one."""
        circles = "".join(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='2.5'/>" for x, y in points)
        self._parts.append(f"<g fill='{color}' fill-opacity='0.45'>{circles}</g>")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "middle",
        color: str = INK,
        weight: str = "normal",
        limit: int = 28,
        turned: bool = False,
    ) -> None:
        """Write a text at a place of the page."""
        turn = f" transform='rotate(-90 {x:.1f} {y:.1f})'" if turned else ""
        self._parts.append(
            f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' fill='{color}' font-weight='{weight}'{turn}>"
            f"{escaped(shortened(text, limit))}</text>"
        )

    def labels(self, x_label: str, y_label: str) -> None:
        """Name the axes."""
        self.text(self.left + self.width / 2, self.top + self.height + 40, x_label, limit=60)
        self.text(16, self.top + self.height / 2, y_label, turned=True, limit=60)

    def svg(self) -> str:
        """Return the page."""
        width, height = self._size
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{width:.0f}' height='{height:.0f}' "
            f"viewBox='0 0 {width:.0f} {height:.0f}' {FONT}>"
            f"<rect width='100%' height='100%' fill='#ffffff'/>{''.join(self._parts)}</svg>\n"
        )


class Axes:
    """Numbers on both sides of a canvas.

    Args:
        x, y: what the axes go from and to.
    """

    def __init__(self, canvas: Canvas, x: Bounds, y: Bounds) -> None:
        self.canvas = canvas
        self._x, self._y = _wide(x), _wide(y)
        for value in marks(*self._x):
            place = self.place(value, self._y[0])
            canvas.line([place, self.place(value, self._y[1])], FAINT, width=0.7)
            canvas.text(place[0], place[1] + 18, number_text(value))
        for value in marks(*self._y):
            place = self.place(self._x[0], value)
            canvas.line([place, self.place(self._x[1], value)], FAINT, width=0.7)
            canvas.text(place[0] - 8, place[1] + 4, number_text(value), anchor="end")

    def place(self, x: float, y: float) -> Tuple[float, float]:
        """Return where on the page a point of the data is."""
        canvas = self.canvas
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return canvas.left + across * canvas.width, canvas.top + (1 - up) * canvas.height


def _wide(bounds: Bounds) -> Bounds:
    low, high = bounds
    return bounds if high > low else (low - 0.5, high + 0.5)


def marks(low: float, high: float) -> List[float]:
    """Return about MARKS round numbers from low to high."""
    rough = (high - low) / MARKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]

"""Small pictures of numbers. In: series. Out: SVG that needs nothing else; colours are the page's classes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mlplat_cli.serving.monitoring.report import BinReport

WIDTH, HEIGHT = 220, 46
WIDE, TALL = 860, 120


def distribution(bins: Sequence[BinReport], others: str) -> str:
    """Draw the shares of both sides, one pair of bars a bin; a title on each tells its numbers."""
    before = sum(each.reference for each in bins) or 1
    now = sum(each.current for each in bins) or 1
    shares = [(each.reference / before, each.current / now) for each in bins]
    highest = max((max(pair) for pair in shares), default=0) or 1
    step = WIDTH / max(len(bins), 1)
    bars = []
    for place, (each, pair) in enumerate(zip(bins, shares, strict=True)):
        label = others if each.label is None else _label(each.label)
        bars.append(f"<g><title>{escape(label)}: {pair[0]:.1%} → {pair[1]:.1%}</title>")
        for side, share in enumerate(pair):
            height = max(share / highest * HEIGHT, 0.5 if share else 0)
            left = place * step + step * (0.1 + 0.4 * side)
            name = ("before", "now")[side]
            bars.append(
                f'<rect class="{name}" x="{left:.1f}" y="{HEIGHT - height:.1f}" '
                f'width="{step * 0.4:.1f}" height="{height:.1f}"/>'
            )
        bars.append("</g>")
    return f'<svg class="bins" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(bars)}</svg>'


def over_time(times: Sequence[str], series: Sequence[tuple[str, str, Sequence[float | None]]], *, bars: bool) -> str:
    """Draw series over time, all on one scale from 0.

    Args:
        times: what to call each place. series: name, class and values, one a place (None: a gap).
        bars: whether a value is a bar; a line otherwise.
    """
    known = [value for _, _, values in series for value in values if value is not None]
    # A line may go below 0; the scale always has 0 in it.
    ends = min(0.0, min(known, default=0)), max(0.0, max(known, default=0))
    ends = ends if ends[0] < ends[1] else (0.0, 1.0)
    step = WIDE / max(len(times), 1)
    draw = _bars if bars else _line
    drawn = "".join(draw(values, name, step, ends) for _, name, values in series)
    titles = []
    for place, time in enumerate(times):
        said = ", ".join(f"{name} {_label(values[place])}" for name, _, values in series if values[place] is not None)
        titles.append(
            f'<rect class="hover" x="{place * step:.1f}" y="0" width="{step:.1f}" height="{TALL}">'
            f"<title>{escape(time)}: {escape(said)}</title></rect>"
        )
    zero = _height(0, ends)
    below = f'<text x="2" y="{TALL - 2}">{escape(_label(ends[0]))}</text>' if ends[0] else ""
    scale = f'<text x="2" y="11">{escape(_label(ends[1]))}</text>{below}'
    if times:
        scale += f'<text x="2" y="{TALL + 14}">{escape(times[0])}</text>'
        scale += f'<text class="end" x="{WIDE - 2}" y="{TALL + 14}">{escape(times[-1])}</text>'
    axis = f'<line class="axis" x1="0" y1="{zero:.1f}" x2="{WIDE}" y2="{zero:.1f}"/>'
    content = f"{axis}{drawn}{scale}{''.join(titles)}"
    return f'<svg class="time" viewBox="0 0 {WIDE} {TALL + 20}" role="img">{content}</svg>'


def _height(value: float, ends: tuple[float, float]) -> float:
    """Return where a value is drawn, from the top."""
    low, high = ends
    return TALL - (value - low) / (high - low) * (TALL - 16)


def _bars(values: Sequence[float | None], name: str, step: float, ends: tuple[float, float]) -> str:
    width = min(step * 0.8, 40)
    drawn = []
    for place, value in enumerate(values):
        top = _height(value or 0, ends)
        left = (place + 0.5) * step - width / 2
        drawn.append(
            f'<rect class="{name}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{TALL - top:.1f}"/>'
        )
    return "".join(drawn)


def _line(values: Sequence[float | None], name: str, step: float, ends: tuple[float, float]) -> str:
    points = [((place + 0.5) * step, _height(value, ends)) for place, value in enumerate(values) if value is not None]
    dots = "".join(f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{name}" points="{path}"/>{dots}'


def _label(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)

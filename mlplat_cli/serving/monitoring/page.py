"""A report as a page. In: the report and a language. Out: one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any

from mlplat_cli.serving.monitoring import charts
from mlplat_cli.serving.monitoring.report import ColumnReport, Report
from mlplat_cli.serving.monitoring.words import words_of

DAY_MS = 86_400_000
NONE = "\u2013"


def html_page(report: Report, language: str = "en") -> str:
    """Return the page; `language` is one of words.LANGUAGES."""
    words = words_of(language)
    title = escape(words["title"].format(model=report.model))
    parts = [
        _header(report, words, title),
        _verdict(report, words),
        _tiles(report, words),
        _list(words["notes"], report.problems),
        _columns(words["prediction"], [each for each in report.columns if each.role == "prediction"], words),
        _columns(words["drift"], [each for each in report.columns if each.role == "feature"], words),
        _over_time(report, words),
        _quality(report, words),
    ]
    style = (files("mlplat_cli.serving.monitoring") / "page.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _header(report: Report, words: Mapping[str, str], title: str) -> str:
    version = f" <small>{words['version']} {escape(report.model_version)}</small>" if report.model_version else ""
    window = report.window
    stretch = f"{_moment(window.first)} … {_moment(window.last)}" if window.first is not None else NONE
    source = f"{words['compared_with']} {escape(report.reference.source)} ({report.reference.rows:,} {words['rows']})"
    made = f"{words['made']} {_moment(report.created)}"
    return f"<header><h1>{title}{version}</h1><p>{stretch} · {source} · {made}</p></header>"


def _verdict(report: Report, words: Mapping[str, str]) -> str:
    if not report.failures:
        return f'<p class="verdict good">{words["within"]}</p>'
    said = "".join(f"<li>{escape(each)}</li>" for each in report.failures)
    return f'<div class="verdict bad">{words["beyond"]}<ul>{said}</ul></div>'


def _tiles(report: Report, words: Mapping[str, str]) -> str:
    tiles = [
        (words["requests"], f"{report.requests:,}"),
        (words["served_rows"], f"{report.rows:,}"),
        (words["drifted_features"], f"{report.drift.drifted} / {report.drift.compared}"),
    ]
    if report.latency_ms:
        tiles.append((words["latency"], f"{report.latency_ms.p50:.3g} / {report.latency_ms.p99:.3g} ms"))
    if report.quality:
        tiles += [(name, f"{value:.4g}") for name, value in list(report.quality.metrics.items())[:2]]
    shown = "".join(f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for name, value in tiles)
    return f'<section class="tiles">{shown}</section>'


def _list(heading: str, lines: Iterable[str]) -> str:
    said = "".join(f"<li>{escape(each)}</li>" for each in lines)
    return f"<section><h2>{heading}</h2><ul>{said}</ul></section>" if said else ""


def _columns(heading: str, columns: list[ColumnReport], words: Mapping[str, str]) -> str:
    if not columns:
        return ""
    order = {"drifted": 0, "absent": 1, "unknown": 2, "steady": 3}
    names = ("column", "state", "score", "limit", "mean", "missing", "range", "new", "distribution")
    head = "".join(f"<th>{words[name]}</th>" for name in names)
    rows = "".join(_row(each, words) for each in sorted(columns, key=lambda each: order[each.state]))
    key = f'<p class="key"><i class="before"></i>{words["before"]} <i class="now"></i>{words["now"]}</p>'
    return (
        f"<section><h2>{heading}</h2>{key}<div class='scroll'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _row(column: ColumnReport, words: Mapping[str, str]) -> str:
    kind = column.type if column.compared_with != "targets" else f"{column.type}, {words['targets']}"
    score, limit = NONE, NONE
    if column.score is not None and column.threshold is not None:
        meaning = words["p_value"] if column.is_p_value else words["distance"]
        score = f"<b>{column.score:.3g}</b><small>{column.method} ({meaning})</small>"
        limit = f"{'≥' if column.is_p_value else '&lt;'} {column.threshold:g}"
    new = ", ".join(f"{_text(value)} ({count:,})" for value, count in column.new_categories[:3])
    cells = [
        f"<b>{escape(column.name)}</b><small>{kind}</small>",
        f'<span class="state {column.state}">{words[column.state]}</span>',
        score,
        limit,
        _change(_number(column.reference.mean, column.type), _number(column.current.mean, column.type)),
        _change(_share(column.reference.missing_share), _share(column.current.missing_share)),
        _share(column.out_of_range_share) if column.current.min is not None else NONE,
        escape(new) or NONE,
        charts.distribution(column.bins, words["others"]) if column.bins else "",
    ]
    return f'<tr class="{column.state}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _over_time(report: Report, words: Mapping[str, str]) -> str:
    if not report.buckets:
        return ""
    times = [_moment(each.time, short=report.bucket_ms < DAY_MS) for each in report.buckets]
    volume = [(words["volume"], "now", [each.rows for each in report.buckets])]
    latency = [
        ("p50", "now", [each.latency_p50 for each in report.buckets]),
        ("p99", "before", [each.latency_p99 for each in report.buckets]),
    ]
    return (
        f"<section><h2>{words['over_time']}</h2><h3>{words['volume']}</h3>{charts.over_time(times, volume, bars=True)}"
        f"<h3>{words['latency_time']}</h3>{charts.over_time(times, latency, bars=False)}</section>"
    )


def _quality(report: Report, words: Mapping[str, str]) -> str:
    if report.quality is None:
        return f"<section><h2>{words['quality']}</h2><p>{words['no_labels']}</p></section>"
    labelled = words["labelled"].format(count=f"{report.quality.labelled:,}")
    times = [_moment(each.time, short=report.bucket_ms < DAY_MS) for each in report.buckets]
    pictures = []
    for name, value in report.quality.metrics.items():
        values = [each.quality.get(name) for each in report.buckets]
        pictures.append(
            f"<h3>{escape(name)}: {value:.4g}</h3>{charts.over_time(times, [(name, 'now', values)], bars=False)}"
        )
    return f"<section><h2>{words['quality']}</h2><p>{labelled}</p>{''.join(pictures)}</section>"


def _change(before: str, now: str) -> str:
    return before if before == now else f"{before} → {now}"


def _number(value: float | None, kind: str) -> str:
    if value is None:
        return NONE
    return _moment(int(value)) if kind == "time" else f"{value:.4g}"


def _share(share: float) -> str:
    return "0" if not share else f"{share:.1%}"


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _moment(milliseconds: int | None, *, short: bool = False) -> str:
    if milliseconds is None:
        return ""
    return (
        datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%m-%d %H:%M" if short else "%Y-%m-%d %H:%M")
    )

"""Where commands write. Human output and JSON go to standard output, progress and notes to standard error.

Rich is imported when a table is drawn; on anything but a terminal a table is plain text, one row a line, in full.
"""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

JSON_INDENT = 2
LONGEST_CELL = 200
SHORT_ID = 12

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


def say(text: str = "") -> None:
    """Write a line for people."""
    print(text)


def note(text: str) -> None:
    """Write a line of progress or advice to standard error; nobody need be there to read it."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr)


def print_json(value: Any) -> None:
    """Write a value as indented JSON; numbers that JSON has no words for come as "NaN", "Infinity", "-Infinity"."""
    import msgspec

    encoded = msgspec.json.encode(_finite(msgspec.to_builtins(value)))
    sys.stdout.write(msgspec.json.format(encoded, indent=JSON_INDENT).decode() + "\n")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draw a table: with Rich on a terminal, tab-separated elsewhere.

    On a terminal a column named RUN shows the first characters of ids, which every command takes for the whole.
    """
    if not sys.stdout.isatty():
        print("\t".join(columns))
        for row in rows:
            print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    for row in rows:
        cells = (cell[:SHORT_ID] if column == "RUN" else cell for column, cell in zip(columns, row, strict=True))
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in cells))
    Console().print(table)


_WHOLE = ("RUN", "STATUS", "STARTED", "TOOK")
_STYLES = {
    "FINISHED": "green",
    "RUNNING": "cyan",
    "FAILED": "red",
    "KILLED": "yellow",
    "LOST": "magenta",
}


def print_record(record: Mapping[str, Any]) -> None:
    """Write the fields of one thing, a line each; nested fields are indented, empty ones left out."""
    _print_fields(record, "")


def _print_fields(record: Mapping[str, Any], indent: str) -> None:
    width = max((len(str(key)) for key in record), default=0)
    for key, value in record.items():
        label = f"{indent}{str(key).replace('_', ' '):<{width}}"
        if isinstance(value, Mapping) and value:
            print(label.rstrip())
            _print_fields(value, indent + "  ")
        elif isinstance(value, list | tuple) and value:
            print(label.rstrip())
            for each in value:
                print(f"{indent}  {each}")
        elif value not in (None, "", [], {}, ()):
            print(f"{label}  {value}")


def shortened(text: str) -> str:
    """Cut a long text to what a table has room for; `--json` has it whole."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def number(value: float) -> str:
    """Write a number with at most six significant digits, as a table shows it."""
    return f"{value:.6g}"


def moment(milliseconds: int | None) -> str:
    """Write a time of the store in the user's own time zone, to the second."""
    if milliseconds is None:
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):  # a client may send any number; no calendar holds this one
        return f"{milliseconds} ms"


def duration(start: int, end: int | None) -> str:
    """Write how long something took: `350 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`."""
    if end is None:
        return ""
    milliseconds = max(end - start, 0)
    if milliseconds < _SECOND:
        return f"{milliseconds} ms"
    if milliseconds < _MINUTE:
        return f"{milliseconds / _SECOND:.1f} s"
    if milliseconds < _HOUR:
        return f"{milliseconds // _MINUTE} min {milliseconds % _MINUTE // _SECOND:02d} s"
    return f"{milliseconds // _HOUR} h {milliseconds % _HOUR // _MINUTE:02d} min"

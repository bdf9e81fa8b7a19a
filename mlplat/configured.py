"""The store that a settings file names. In: a folder to look from. Out: the value of `tracking_uri`, or None.

The file is `mlplat.toml` in that folder or the nearest one above it, and then `$XDG_CONFIG_HOME/mlplat/mlplat.toml`.
Only this key is read, without a TOML parser, which Python has from 3.11 on: a line `tracking_uri = "…"` before any
table. The tool reads the same files whole, and says what is wrong with them.
"""

from __future__ import annotations

import os
import re
from typing import Iterator, Optional

FILE_NAME = "mlplat.toml"

_LINE = re.compile(r"""^[ \t]*tracking_uri[ \t]*=[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*(?:#.*)?$""", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_SQLITE = "sqlite:///"


def configured_uri(start: str) -> Optional[str]:
    """Return the address that the nearest file names; a path in it that is relative is taken from the file's folder."""
    for path in _files(start):
        try:
            with open(path, encoding="utf-8") as file:
                found = _value(file.read())
        except (OSError, ValueError):  # the tool says what is wrong with it
            continue
        if found is not None:
            return _from(os.path.dirname(path), found)
    return None


def _files(start: str) -> Iterator[str]:
    folder = os.path.abspath(start)
    while True:
        path = os.path.join(folder, FILE_NAME)
        if os.path.isfile(path):
            yield path
            break
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser(os.path.join("~", ".config"))
    yield os.path.join(config, "mlplat", FILE_NAME)


def _value(text: str) -> Optional[str]:
    table = _TABLE.search(text)
    found = _LINE.search(text, 0, table.start() if table else len(text))
    if found is None:
        return None
    if found[1].startswith("'"):
        return found[1][1:-1]
    import json

    return str(json.loads(found[1]))


def _from(folder: str, uri: str) -> str:
    if uri.startswith(_SQLITE) and not uri.startswith(_SQLITE + "/"):
        from urllib.parse import quote

        return f"{_SQLITE}{quote(folder)}/{uri[len(_SQLITE) :]}"
    if "://" in uri or uri.startswith(("sqlite:", "file:")):
        return uri
    return os.path.join(folder, os.path.expanduser(uri))

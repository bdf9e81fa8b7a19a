"""A documentation page as a script. In: Markdown. Out: the files it gives and the commands it types, in order.

```console              each line that begins with "$ " is typed; the lines below it are what it shows: every one
$ mlplat --version      must occur in the real output, in that order, where … stands for anything
mlplat …
```
```python train.py      any other block whose first line also names a file is that file's content
print("hello")
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class File:
    """A file that the page gives."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line that the page types, and the lines that it shows below."""

    line: str
    shown: tuple[str, ...]


def read_page(text: str) -> list[File | Command]:
    """Return a page's files and commands in their order."""
    steps: list[File | Command] = []
    for language, name, content in _BLOCK.findall(text):
        if language == "console":
            steps += _commands(content)
        elif name:
            steps.append(File(name, content))
    return steps


def _commands(content: str) -> list[Command]:
    lines: list[tuple[str, list[str]]] = []
    for line in content.splitlines():
        if line.startswith("$ "):
            lines.append((line[2:], []))
        elif lines and line.strip():
            lines[-1][1].append(line)
    return [Command(line, tuple(shown)) for line, shown in lines]


def missing_line(command: Command, output: str) -> str | None:
    """Return the first line that the page shows and the command did not; None when all are there."""
    rest = iter(output.splitlines())
    for line in command.shown:
        pattern = re.compile(".*".join(re.escape(part) for part in re.split(r"…|\.\.\.", line.strip())))
        if not any(pattern.fullmatch(each.strip()) for each in rest):
            return line
    return None

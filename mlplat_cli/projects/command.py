"""The shell command of an entry point. In: a project, a name, resolved parameters. Out: one line for bash.

Every value is exactly one piece of a word, or the command is refused: a value never becomes a second command.
"""

from __future__ import annotations

import re
import shlex

from mlplat_cli.errors import ParameterError, ProjectError
from mlplat_cli.projects.entry_point import find_entry_point
from mlplat_cli.projects.parameters import Resolved
from mlplat_cli.projects.project import Project
from mlplat_cli.projects.quoting import Layout, Quote, Surroundings, lay_out
from mlplat_cli.projects.template import Gap, parse_template

# Characters that mean nothing to a shell, in or out of quotes. `=` is left out: before a command it assigns.
_HARMLESS = re.compile(r"[A-Za-z0-9_@%+:,./-]+")
_KEY = re.compile(r"[A-Za-z0-9_@%+:,./-]+")


def build_command(project: Project, entry_point_name: str, resolved: Resolved) -> str:
    """Fill an entry point's template and append what it does not declare as `--key value`.

    Raises:
        ProjectError: there is no such entry point, its template is faulty, or nothing can be appended to it.
        ParameterError: a value stands where the shell would evaluate it and holds more than plain characters.
    """
    entry_point = find_entry_point(project, entry_point_name)
    pieces, faults = parse_template(entry_point.command)
    if faults:
        raise ProjectError(f"the command of entry point {entry_point.name!r} is faulty: {faults[0].message}")
    layout = lay_out(pieces)
    writer = _Writer(entry_point.name, layout)
    gaps = iter(layout.gaps)
    parts = [
        writer.place(piece.name, resolved.command_values[piece.name], next(gaps)) if isinstance(piece, Gap) else piece
        for piece in pieces
    ]
    command = "".join(parts).rstrip()
    if resolved.extras:
        command = " ".join([_continued(command), *writer.appended(resolved)])
    return "".join(writer.assignments) + command


def _continued(command: str) -> str:
    """Drop a line continuation at the end, so that what is appended stands on the command's own line."""
    backslashes = len(command) - len(command.rstrip("\\"))
    return command[:-1].rstrip() if backslashes % 2 else command


class _Writer:
    """Writes values into one command; `assignments` is what must stand before it."""

    def __init__(self, entry_point: str, layout: Layout) -> None:
        self.entry_point = entry_point
        self.layout = layout
        self.assignments: list[str] = []

    def place(self, name: str, value: str, gap: Surroundings) -> str:
        """Write one value so that it arrives literally."""
        if _HARMLESS.fullmatch(value) and not gap.glued:
            return value
        if gap.evaluated is not None and not _HARMLESS.fullmatch(value):
            raise ParameterError(
                f"the value of {name!r} cannot be passed: {gap.evaluated!r} in the command of entry point"
                f" {self.entry_point!r} would evaluate it",
                hint="pass the parameter as an argument of its own, or give a value of letters, digits and @%+:,./-_",
            )
        return gap.quote.wrap(self._word(value))

    def _word(self, value: str) -> str:
        """Write a value as a shell word of its own."""
        if self.layout.plain:
            quoted = shlex.quote(value)
            return quoted if quoted != value else f"'{value}'"
        variable = f"mlplat_value_{len(self.assignments) + 1}"
        self.assignments.append(f"{variable}={shlex.quote(value)}; ")
        return f'"${{{variable}}}"'

    def appended(self, resolved: Resolved) -> list[str]:
        """Write the parameters that are not declared."""
        if self.layout.open_end is not None:
            raise ProjectError(
                f"parameters that entry point {self.entry_point!r} does not declare cannot be appended to its command:"
                f" {self.layout.open_end}",
                hint=f"declare {', '.join(resolved.extras)} in MLproject",
            )
        words = []
        for key, value in resolved.extras.items():
            if not _KEY.fullmatch(key):
                raise ParameterError(
                    f"{key!r} cannot be the name of an option", hint="use letters, digits and @%+:,./-_ in names"
                )
            words += [f"--{key}", self.place(key, value, Surroundings(Quote.NONE, None, glued=False))]
        return words

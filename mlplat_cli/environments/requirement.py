"""Requirement lines. In: requirements.txt and the like. Out: lines with absolute paths, nested files inlined, places.

A line is a PEP 508 requirement, an address, a path, or an option of pip. What cannot be read is a diagnostic.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from mlplat_cli.environments.source_file import SourceFile, read_source
from mlplat_cli.errors import Diagnostic, ProjectFileError

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9_.*+!-]+"
_EXTRAS = rf"\[\s*(?:{_NAME}\s*(?:,\s*{_NAME}\s*)*)?\]"
_PEP_508 = re.compile(
    rf"(?P<name>{_NAME})\s*(?:{_EXTRAS})?\s*"
    rf"(?:@\s*(?P<url>\S+)|\(?\s*{_CLAUSE}(?:\s*,\s*{_CLAUSE})*\s*,?\s*\)?)?\s*(?:;\s*\S.*)?"
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|file:")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_COMMENT = re.compile(r"(^|\s+)#.*$")
_OPTION = re.compile(r"(?P<name>--?[A-Za-z][A-Za-z0-9-]*)(?:\s*=\s*|\s+)?(?P<value>.*)")
_ARCHIVE = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2")

VALUE_OPTIONS = frozenset(
    {"--index-url", "--extra-index-url", "--find-links", "--no-binary", "--only-binary", "--trusted-host"}
)
SWITCH_OPTIONS = frozenset({"--no-index", "--pre"})
IGNORED_OPTIONS = frozenset({"--prefer-binary", "--require-hashes", "--use-feature", "--use-pep517", "--progress-bar"})
"""Options that change nothing here: hashes are always checked, and a line of progress is not ours to give."""
_SHORT = {
    "-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url", "--pypi-url": "--index-url",
    "-f": "--find-links",
}  # fmt: skip


@dataclass(slots=True)
class RequirementLines:
    """Collects the lines of one environment: requirements, constraints, each with its place, and the mistakes."""

    root: Path
    lines: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    files: set[Path] = field(default_factory=set)

    def add(self, line: str, place: str) -> None:
        """Add a requirement that is known to be right."""
        self.lines.append(line)
        self.places.append(place)

    def add_text(self, text: str, source: SourceFile, line: int, column: int, *, constraint: bool = False) -> None:
        """Add one line of a file, read at a 1-based place; a mistake is kept as a diagnostic."""
        text = _VARIABLE.sub(lambda found: os.environ.get(found[1], found[0]), _COMMENT.sub("", text).strip())
        if not text:
            return
        if text.startswith("-"):
            self._add_option(text, source, line, column, constraint=constraint)
            return
        try:
            resolved = _requirement(text, source.folder)
        except ValueError as error:
            self._mistake(source, line, column, text, str(error))
            return
        if constraint:
            self.constraints.append(resolved)
        else:
            self.add(resolved, source.place(line))

    def add_file(self, source: SourceFile, *, constraint: bool = False) -> None:
        """Add all lines of a requirements file, and of the files it names."""
        self.files.add(source.path.resolve())
        for number, column, text in _logical_lines(source.text):
            self.add_text(text, source, number, column, constraint=constraint)

    def _add_option(self, text: str, source: SourceFile, line: int, column: int, *, constraint: bool) -> None:
        text = re.sub(r"^(-[A-Za-z])(?=[^\s=])", r"\1 ", text)  # -rfile
        found = _OPTION.fullmatch(text)
        name = _SHORT.get(found["name"], found["name"]) if found else text
        value = found["value"].strip() if found else ""
        if name in IGNORED_OPTIONS:
            return
        if name in SWITCH_OPTIONS and not value:
            self.add(name, source.place(line))
        elif name not in VALUE_OPTIONS | {"--requirement", "--constraint", "--editable"}:
            self._mistake(source, line, column, text, f"the option {name} cannot stand here")
        elif not value:
            self._mistake(source, line, column, text, f"the option {name} needs a value")
        elif name in {"--requirement", "--constraint"}:
            self._include(value, source, line, column, constraint=constraint or name == "--constraint")
        else:
            self._add_valued(name, value, source, line, column)

    def _add_valued(self, name: str, value: str, source: SourceFile, line: int, column: int) -> None:
        if name == "--find-links" and not _ADDRESS.match(value):
            value = str(_absolute(value, source.folder))
        if name == "--editable":
            if _ADDRESS.match(value):
                # `pip freeze` writes it of a clone; there is no clone here that could be edited.
                self.add(value, source.place(line))
                return
            try:
                value = _local(value, source.folder)
            except ValueError as error:
                self._mistake(source, line, column, value, str(error))
                return
            self.add(f"-e {value}", source.place(line))
            return
        self.add(f"{name} {value}", source.place(line))

    def _include(self, value: str, source: SourceFile, line: int, column: int, *, constraint: bool) -> None:
        path = _absolute(value.strip("'\""), source.folder)
        if _ADDRESS.match(value):
            self._mistake(source, line, column, value, "a requirements file on the network is not read")
        elif path.resolve() in self.files:
            return
        else:
            try:
                self.add_file(read_source(path, self.root), constraint=constraint)
            except ProjectFileError as error:
                self._mistake(source, line, column, value, error.message)

    def _mistake(self, source: SourceFile, line: int, column: int, text: str, message: str) -> None:
        self.problems.append(
            source.diagnostic(line, column, message, length=len(text), expected="a requirement such as numpy>=1.20")
        )


def _logical_lines(text: str) -> list[tuple[int, int, str]]:
    """Return (line, column, text) of each line that says something; a trailing backslash joins the next line."""
    result: list[tuple[int, int, str]] = []
    pending, start, column = "", 0, 1
    for number, raw in enumerate(text.splitlines(), 1):
        if not pending:
            start, column = number, len(raw) - len(raw.lstrip()) + 1
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            pending += raw[:-1] + " "
            continue
        result.append((start, column, pending + raw))
        pending = ""
    if pending:
        result.append((start, column, pending))
    return result


def _requirement(text: str, folder: Path) -> str:
    """Return the line with absolute paths; ValueError says what is wrong with it."""
    body, mark, options = text.partition(" --")
    body = body.strip()
    if _ADDRESS.match(body):
        return text
    if _is_path(body):
        return _local(body, folder) + mark + options
    found = _PEP_508.fullmatch(body)
    if found is None:
        raise ValueError(f"cannot read the requirement {body!r}")
    url = found["url"]
    if url and not _ADDRESS.match(url):
        return text.replace(url, str(_absolute(url, folder)), 1)
    return text


def _is_path(text: str) -> bool:
    start = text.split(";", 1)[0].split("@", 1)[0]
    return text.startswith((".", "/")) or "/" in start or start.strip().endswith(_ARCHIVE)


def _local(text: str, folder: Path) -> str:
    """Return an absolute path with its extras and marker; ValueError when nothing lies there."""
    body, semicolon, marker = text.partition(";")
    found = re.fullmatch(r"(.*?)(\[[^\]]*\])?", body.strip())
    assert found is not None
    path = _absolute(found[1], folder)
    if not path.exists():
        raise ValueError(f"the path {found[1]!r} does not exist")
    return f"{path}{found[2] or ''}{' ' + semicolon + marker if semicolon else ''}"


def _absolute(text: str, folder: Path) -> Path:
    return Path(os.path.normpath(folder / text))


def requirement_name(line: str) -> str | None:
    """Return the normalised name of a PEP 508 line; None for options, addresses and paths."""
    found = _PEP_508.fullmatch(line.partition(" --")[0].strip())
    return None if found is None else normal_name(found["name"])


def normal_name(name: str) -> str:
    """Return a package's name as indexes compare it: lower case, runs of - _ . as one dash."""
    return re.sub(r"[-_.]+", "-", name).lower()


def mentions(text: str, package: str) -> bool:
    """Say whether a text names the package of a normalised name."""
    words = re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", text)
    return any(normal_name(word.rstrip("._-")) == package for word in words)


def local_paths(lines: tuple[str, ...]) -> list[tuple[Path, bool]]:
    """Return the local files and folders that lines name, each with whether it is editable."""
    found = []
    for line in lines:
        editable = line.startswith("-e ")
        body = line.removeprefix("-e ").split(" ;")[0].partition(" --")[0].strip()
        if body.startswith("/"):
            found.append((Path(re.sub(r"\[[^\]]*\]$", "", body)), editable))
    return found

"""Which Python a project asks for. In: "3.10", "3.8.18", ">=3.9,<3.12". Out: does a version satisfy it.

A bare version is a prefix: "3.10" is any 3.10.x. `packaging` knows all this too, but takes longer to import than a
cached environment takes to be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Version = tuple[int, ...]

FULL_VERSION = 3
"""A full version has three numbers: major, minor, patch."""

_CLAUSE = re.compile(r"\s*(===|==|!=|<=|>=|~=|=|<|>)?\s*v?(\d+(?:\.\d+){0,2})(\.\*)?\s*")


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison: the operator ("" for a bare version), the version, and whether `.*` follows it."""

    operator: str
    version: Version
    wildcard: bool

    def accepts(self, version: Version) -> bool:
        """Say whether a full version, such as (3, 10, 4), satisfies this comparison."""
        same_prefix = version[: len(self.version)] == self.version
        padded = self.version + (0,) * (len(version) - len(self.version))
        match self.operator:
            case "" | "=":
                return same_prefix
            case "==" | "===":
                return same_prefix if self.wildcard else version == padded
            case "!=":
                return not same_prefix if self.wildcard else version != padded
            case "~=":
                return version >= padded and version[: len(self.version) - 1] == self.version[:-1]
            case ">=":
                return version >= padded
            case "<=":
                return version <= padded
            case ">":
                return version > padded
            case _:
                return version < padded


@dataclass(frozen=True, slots=True)
class PythonConstraint:
    """What a project asks of its interpreter: `text` is as written, and every clause of it must hold."""

    text: str
    clauses: tuple[Clause, ...]

    def accepts(self, version: Version) -> bool:
        """Say whether a full version (three numbers) satisfies every clause."""
        return all(clause.accepts(version) for clause in self.clauses)

    @property
    def exact(self) -> Version | None:
        """The one full version that is asked for, such as (3, 8, 15), or None."""
        for clause in self.clauses:
            if (
                clause.operator in {"", "=", "==", "==="}
                and len(clause.version) == FULL_VERSION
                and not clause.wildcard
            ):
                return clause.version
        return None


def parse_constraint(text: str) -> PythonConstraint:
    """Read a constraint; ValueError says what cannot be read."""
    clauses = []
    for part in text.split(","):
        found = _CLAUSE.fullmatch(part)
        if found is None:
            raise ValueError(f"{part.strip()!r} is not a Python version")
        version = tuple(int(number) for number in found[2].split("."))
        if found[1] == "~=" and len(version) == 1:
            raise ValueError(f"{part.strip()!r}: ~= needs at least two numbers")
        clauses.append(Clause(found[1] or "", version, found[3] is not None))
    return PythonConstraint(text.strip(), tuple(clauses))


def parse_version(text: str) -> Version | None:
    """Return (3, 11, 7) for "3.11.7"; None when the text is not three numbers (a pre-release's suffix is dropped)."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))

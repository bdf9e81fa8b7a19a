"""Why uv failed. In: what it wrote. Out: one clear line and what to do, all of it kept as `detail`."""

from __future__ import annotations

import re

from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.requirement import normal_name
from mlplat_cli.errors import EnvironmentBuildError
from mlplat_cli.process.tool import Completed

LONGEST = 240
"""A derivation of uv's, or a compiler's command, that is longer than this says nothing to a reader."""


_LACKING = re.compile(r"Wheels are required for `([\w.-]+)|([\w.-]+)(?:[<>=!~]\S*)?\s+ha(?:s|ve)\s+no\s+wheels")


class ResolutionError(EnvironmentBuildError):
    """Packages that cannot be resolved or installed; `detail` is all that uv said, without credentials."""

    def __init__(self, message: str, *, hint: str | None = None, detail: str = "") -> None:
        super().__init__(message, hint=hint)
        self.detail = detail

    def said(self, message: str, *, hint: str | None) -> ResolutionError:
        """Return the same failure in other words."""
        return ResolutionError(message, hint=hint, detail=self.detail)

    @property
    def lacking(self) -> frozenset[str]:
        """The normalised names of packages that have no wheel for the Python and cannot or must not be built."""
        return frozenset(normal_name(first or second) for first, second in _LACKING.findall(self.detail))

    @property
    def may_hang_on_python(self) -> bool:
        """Whether the requirements do not fit together, which they might for another Python."""
        return "No solution found" in self.detail and "was not found in the" not in self.detail


def failure(done: Completed, doing: str) -> ResolutionError:
    """Return the error for a uv that failed while `doing` ("resolve the environment")."""
    detail = without_credentials(done.stderr).strip()
    hints = re.findall(r"(?m)^hint: *(.*)$", detail)
    causes = _causes(detail)
    joined = ": ".join(causes)
    if not causes:
        reason, hint = detail.splitlines()[-1] if detail else "uv failed without a word", None
    elif "Git operation failed" in joined:
        reason, hint = _of_git(detail), "check the address and that git can reach it (git ls-remote)"
    elif "dns error" in joined or "tcp connect error" in joined or "network" in joined.lower():
        what = next((cause for cause in causes if re.search("fetch|download", cause)), causes[0])
        reason, hint = (
            f"the network does not answer ({what})",
            "check the network and the settings of the package index",
        )
    elif "uild" in causes[0]:
        reason = _of_build(causes[0], detail)
        hint = next((one for one in hints if not one.startswith("Build failures")), None) or (
            "it has no wheel for this Python and was built from source: choose another version of it or of Python;"
            " --debug shows all that the build said"
        )
    elif causes[0].startswith("No solution"):
        reason, hint = _of_conflict(causes[1] if causes[1:] else causes[0]), hints[0] if hints else None
    else:
        reason, hint = ": ".join(causes[:2]), hints[0] if hints else None
    return ResolutionError(f"cannot {doing}: {reason}", hint=hint, detail=detail)


def _causes(text: str) -> list[str]:
    """Return uv's chain of causes, each on one line."""
    found = re.findall(r"(?ms)^\s*(?:error|cause): (.*?)(?=^\s*cause: |^hint: |^ *\[std|^\s*$|\Z)", text)
    return [" ".join(cause.split()).rstrip(".") for cause in found]


def _of_build(cause: str, text: str) -> str:
    errors = re.findall(r"(?m)^\s*(\w*(?:Error|Exception): .*|error: .*|.*: fatal error: .*)$", text)
    lines = [line.strip() for line in errors if "subprocess" not in line and cause not in line]
    said = lines[-1] if lines else ""
    return f"{cause}: {said[:LONGEST]}{'…' if len(said) > LONGEST else ''}" if said else cause


def _of_git(text: str) -> str:
    """Return which repository git could not fetch, and git's own word on it."""
    address = re.search(r"`\S*git [^`']*'([^']*)'", text)
    said = re.search(r"(?m)^\s*(?:fatal|error|ERROR): (.*)$", text.partition("--- stderr")[2])
    what = f"git cannot fetch {address[1]}" if address else "git failed"
    return f"{what}: {said[1].strip()}" if said else what


def _of_conflict(cause: str) -> str:
    """Return the two statements that contradict each other of a derivation that may be pages long."""
    steps = re.findall(r"(?:And because|Because) (.*?),? we can conclude that (.*?)(?=\.? And because|$)", cause)
    if not steps:
        return cause
    statements = [steps[-1][0]]
    if len(steps) > 1:
        premise, conclusion = steps[-2]
        is_weak = conclusion.startswith(("you require", "all of:")) or "cannot be used" in conclusion
        statements.insert(0, premise if is_weak and len(premise) <= LONGEST else conclusion)
    return ", and ".join(statements).replace("you require", "the project requires")

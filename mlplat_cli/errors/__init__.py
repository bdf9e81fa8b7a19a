"""Every error the tool raises on purpose. In: what went wrong. Out: one clear line and what to do about it.

Nothing here knows exit codes or HTTP statuses: `cli` and `wire` each translate this tree once.

    MlplatError                     the base; a bug or an unforeseen fault when raised as itself
    ├── InvalidInputError           a value, option, filter or request that breaks a rule
    │   ├── FilterError             a search filter that does not parse (knows the position)
    │   └── GateError               a change of the registry that a promotion gate holds up
    ├── NotFoundError               a run, experiment, artifact, model … that is not there
    ├── AlreadyExistsError          a name that is taken
    ├── NotSupportedError           part of the protocol that this store does not answer
    ├── ProjectError                a project that cannot be run as it is
    │   ├── ProjectFileError        mistakes in MLproject or an environment file (knows the places)
    │   └── ParameterError          a parameter that is missing, of the wrong type or repeated
    ├── FetchError                  a source that cannot be fetched (git, zip, network)
    ├── EnvironmentBuildError       an environment that cannot be resolved or built
    │   ├── InterpreterNotFoundError
    │   └── ImageBuildError         an image that the container engine does not build
    ├── ArtifactError               bytes that cannot be read or written at their address
    ├── StoreError                  a store that cannot be opened, migrated or written
    │   └── JournalError            a journal that cannot be read (knows file and offset)
    ├── LimitError                  a model that is beyond a limit the user set: drift, a metric, a gate
    ├── LaunchError                 a process that could not be started
    ├── DeclinedError               a question that the user answered with no
    └── ToolMissingError            a program (git, docker, …) that is not installed
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class MlplatError(Exception):
    """The base of all errors that a user may see.

    Args:
        message: one line that names what is at fault (file, line, key or option).
        hint: what to do about it, if that is not plain from the message.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DeclinedError(MlplatError):
    """A question before something that has no way back was answered with no."""


class InvalidInputError(MlplatError):
    """A value, option or request that breaks a documented rule."""


class FilterError(InvalidInputError):
    """A search filter or ordering that does not parse.

    Args:
        message: what was found and what was expected.
        text: the whole filter.
        position: 0-based offset of the offending character in `text`.
    """

    def __init__(self, message: str, *, text: str, position: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.text = text
        self.position = position


class GateError(InvalidInputError):
    """A move of an alias or a stage that a gate holds up.

    Args:
        gates: the gates that are shut, as they were written.
        waiting: ids of those that a passing run of their commands would open; empty where that would not be enough.
    """

    def __init__(
        self, message: str, *, gates: tuple[str, ...], waiting: tuple[str, ...] = (), hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.gates = gates
        self.waiting = waiting


class NotFoundError(MlplatError):
    """A run, experiment, artifact or model that is not in the store."""


class AlreadyExistsError(MlplatError):
    """A name or identifier that is already taken."""


class NotSupportedError(MlplatError):
    """A part of the protocol that this version does not answer."""


class ProjectError(MlplatError):
    """A project that cannot be run as it is."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in a text file, placed as a compiler would.

    Args:
        path: the file as the user should see it.
        line: 1-based line; column: 1-based column.
        source_line: the text of that line, without its line end.
        message: what is wrong; expected: what would be right, if known.
        suggestion: the nearest right spelling, if there is one.
        length: how many characters the fault spans, for underlining.
        severity: an error stops the project; a warning is something that is ignored or probably not meant.
    """

    path: str
    line: int
    column: int
    source_line: str
    message: str
    expected: str | None = None
    suggestion: str | None = None
    length: int = 1
    severity: Literal["error", "warning"] = "error"


class ProjectFileError(ProjectError):
    """One or more mistakes in a project's files; `diagnostics` holds each with its place."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...], *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = diagnostics


class ParameterError(ProjectError):
    """A parameter that is missing, repeated or does not fit its declared type."""


class FetchError(MlplatError):
    """A source that cannot be fetched."""


class EnvironmentBuildError(MlplatError):
    """An environment that cannot be resolved, built or found."""


class InterpreterNotFoundError(EnvironmentBuildError):
    """No Python interpreter on this machine satisfies what the project asks for."""


class ImageBuildError(EnvironmentBuildError):
    """An image that the container engine does not build."""


class ArtifactError(MlplatError):
    """Bytes that cannot be read or written at their address."""


class StoreError(MlplatError):
    """A store that cannot be opened, migrated, read or written."""


class JournalError(StoreError):
    """A journal with a damaged record; everything before `offset` (bytes) is good."""

    def __init__(self, message: str, *, path: str, offset: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.offset = offset


class LaunchError(MlplatError):
    """A project's process that could not be started."""


class LimitError(MlplatError):
    """A model was looked at and is beyond a limit that the user set; what was found has been shown."""


class ToolMissingError(MlplatError):
    """A program that is needed and not installed."""


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP; like Ctrl-C it unwinds whatever is under way.

    Args:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

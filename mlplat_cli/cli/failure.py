"""The one place where the tool's errors become a line on standard error and an exit code.

| code | meaning                                                                  |
|------|--------------------------------------------------------------------------|
| 0    | done                                                                     |
| 1    | the project's command failed, a question was answered with no, or an error nobody foresaw |
| 2    | the command line, a filter or a value is wrong                           |
| 3    | the project cannot be run as it is (MLproject, a parameter)              |
| 4    | the source cannot be fetched, or not all of it imported                  |
| 5    | the environment cannot be resolved or built                              |
| 6    | a run, experiment, artifact or environment is not there                  |
| 7    | the store cannot be opened, read or written                              |
| 8    | a program that is needed (git, bash) is not installed                    |
| 9    | a model is beyond a limit that was set (drift, a metric, a gate)         |
| 129, 130, 143 | ended by SIGHUP, Ctrl-C, SIGTERM                                |
| 141  | whoever read the output left early                                       |
"""

from __future__ import annotations

import sys

from mlplat_cli import errors

_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (KeyboardInterrupt, 130),
    (errors.GateError, 9),
    (errors.InvalidInputError, 2),
    (errors.AlreadyExistsError, 2),
    (errors.NotSupportedError, 2),
    (errors.ProjectError, 3),
    (errors.FetchError, 4),
    (errors.EnvironmentBuildError, 5),
    (errors.NotFoundError, 6),
    (errors.StoreError, 7),
    (errors.ArtifactError, 7),
    (errors.ToolMissingError, 8),
    (errors.LimitError, 9),
    (errors.DeclinedError, 1),
    (errors.LaunchError, 1),
)


def exit_code(error: BaseException) -> int:
    """Return the documented exit code of an error."""
    if isinstance(error, errors.Terminated):
        return 128 + error.number
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def show(error: BaseException) -> None:
    """Print what went wrong and what to do, on standard error."""
    for line in _lines(error):
        print(line, file=sys.stderr)


def _lines(error: BaseException) -> list[str]:
    if isinstance(error, KeyboardInterrupt):
        return ["mlplat: interrupted"]
    if isinstance(error, errors.ProjectFileError) and error.diagnostics:
        from mlplat_cli.projects.diagnostics import render

        return [*(render(each) for each in error.diagnostics), f"mlplat: {error.message}"]
    if isinstance(error, errors.MlplatError):
        lines = [f"mlplat: {error.message}"]
        if isinstance(error, errors.FilterError):
            lines += [f"  {error.text}", f"  {' ' * error.position}^"]
        return lines + ([f"  hint: {error.hint}"] if error.hint else [])
    if isinstance(error, FileNotFoundError) and not error.filename:  # what getcwd() raises
        return ["mlplat: the current folder does not exist any more"]
    if isinstance(error, OSError) and error.strerror:
        return [f"mlplat: {f'{error.filename}: ' if error.filename else ''}{error.strerror}"]
    return [f"mlplat: unforeseen error: {type(error).__name__}: {error}", "  hint: --debug shows where"]

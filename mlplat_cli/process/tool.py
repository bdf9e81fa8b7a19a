"""Short-lived programs (git, uv, an interpreter): run one to its end and hand back what it said."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.errors import LaunchError, ToolMissingError


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that ended: its arguments, exit code (negative: the signal's number) and what it wrote, as text."""

    args: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str


def run_tool(
    args: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a program to its end; the exit code is for the caller to judge.

    Args:
        args: the program and its arguments, never a shell string.
        env: the whole environment; None means this process's own.
        timeout: seconds, after which the program is killed and LaunchError raised.
        on_line: called with each line of standard error as it comes (without its end), for progress.

    Raises:
        ToolMissingError: the program is not installed.
        LaunchError: it could not be started or took too long.
    """
    try:
        with subprocess.Popen(  # noqa: S603 - an argument list, no shell
            list(args),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as child:
            return _collect(child, tuple(args), stdin, timeout, on_line)
    except FileNotFoundError as error:
        if cwd is not None and not cwd.is_dir():
            raise LaunchError(f"cannot run {args[0]}: the folder {cwd} does not exist") from error
        raise ToolMissingError(f"the program {args[0]!r} is not installed or not on PATH") from error
    except PermissionError as error:
        raise LaunchError(f"cannot run {args[0]}: {error.strerror}") from error


def _collect(
    child: subprocess.Popen[str],
    args: tuple[str, ...],
    stdin: str | None,
    timeout: float | None,
    on_line: Callable[[str], None] | None,
) -> Completed:
    try:
        if on_line is None:
            out, err = child.communicate(stdin, timeout)
        else:
            out, err = _stream(child, on_line)
    except subprocess.TimeoutExpired as error:
        child.kill()
        raise LaunchError(f"{args[0]} did not finish within {timeout:g} seconds") from error
    except BaseException:
        child.kill()
        raise
    return Completed(args, child.returncode, out, err)


def _stream(child: subprocess.Popen[str], on_line: Callable[[str], None]) -> tuple[str, str]:
    """Read standard error line by line; standard output is read beside it, so that neither pipe can fill up."""
    import threading

    out: list[str] = []
    assert child.stdout is not None
    assert child.stderr is not None
    stdout = child.stdout
    reader = threading.Thread(target=lambda: out.append(stdout.read()), daemon=True)
    reader.start()
    lines = []
    for line in child.stderr:
        lines.append(line)
        on_line(line.rstrip("\r\n"))
    reader.join()
    child.wait()
    return "".join(out), "".join(lines)

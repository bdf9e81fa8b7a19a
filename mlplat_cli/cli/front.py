"""The questions that need no command. In: the words after `mlplat`. Out: the version, or a rendered help page.

Importing Typer costs three times what an interpreter does. Help never changes between releases, so `help_pages` renders
it once into text files that are read here; a test keeps them current.
"""

from __future__ import annotations

import os
import sys

from mlplat.version import __version__

PAGES = os.path.join(os.path.dirname(__file__), "pages")  # noqa: PTH118, PTH120 - pathlib costs as much as all this
ROOT = "mlplat"
PIPE_CLOSED = 141


def answer(words: list[str]) -> str | None:
    """Return what to print, or None when the words ask for something else."""
    if words == ["--version"]:
        return f"mlplat {__version__}\n"
    *command, last = words or [""]
    if last not in ("--help", "-h") or not all(word.isalpha() for word in command):
        return None
    try:
        with open(os.path.join(PAGES, page_name(command)), encoding="utf-8") as page:  # noqa: PTH118, PTH123 - as above
            return page.read()
    except FileNotFoundError:
        return None


def page_name(command: list[str]) -> str:
    """Return the file of a command's help page: `runs.list.txt`."""
    return f"{'.'.join(command) or ROOT}.txt"


def show(text: str) -> int:
    """Print a text and return the exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return pipe_closed()
    except OSError as error:
        return output_failed(error)
    return 0


def output_failed(error: OSError) -> int:
    """Say that what was to be printed could not be written, as on a full disk."""
    sys.stderr.write(f"mlplat: cannot write the output: {error.strerror}\n")
    _forget_output()
    return 1


def pipe_closed() -> int:
    """Whoever read our output has enough (`| head`): end quietly, as other tools do."""
    _forget_output()
    return PIPE_CLOSED


def _forget_output() -> None:
    # What is still buffered would raise once more when the interpreter ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

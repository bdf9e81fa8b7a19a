"""The `mlplat` command: `python -m mlplat_cli` or the installed script."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run the command line and exit with its documented code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a user of the library may try the command
        sys.exit("mlplat: the command needs Python 3.11 or later; `import mlplat` works in this one")
    try:
        _prepare_streams()
        code = _answered(sys.argv[1:])
    except KeyboardInterrupt:  # before anything was there to catch it, or after
        sys.stderr.write("mlplat: interrupted\n")
        code = 130
    sys.exit(code)


def _answered(words: list[str]) -> int:
    from mlplat_cli.cli.front import answer, show

    text = answer(words)
    if text is not None:
        return show(text)
    from mlplat_cli.cli.app import run

    return run(words)


def _prepare_streams() -> None:
    """Give a standard stream that was closed (`>&-`) a place; else the next file that is opened becomes it."""
    # A name that the terminal's encoding lacks must not keep the others from being shown.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for as long as we live


if __name__ == "__main__":
    main()

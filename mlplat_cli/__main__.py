"""The `mlplat` command: `python -m mlplat_cli` or the installed script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its documented code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a user of the library may try the command
        sys.exit("mlplat: the command needs Python 3.11 or later; `import mlplat` works in this one")
    from mlplat_cli.cli.front import answer, show

    words = sys.argv[1:]
    text = answer(words)
    if text is not None:
        sys.exit(show(text))
    try:
        from mlplat_cli.cli.app import run

        code = run(words)
    except KeyboardInterrupt:  # before anything was there to catch it, or after
        sys.stderr.write("mlplat: interrupted\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()

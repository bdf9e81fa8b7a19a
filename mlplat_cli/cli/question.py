"""Questions on the terminal. In: a question that yes or no answers. Out: nothing after a yes."""

from __future__ import annotations

import typer

from mlplat_cli.errors import DeclinedError


def confirm(question: str) -> None:
    """Ask on standard error; DeclinedError for a no, typer.Abort for Ctrl-C."""
    if not typer.confirm(question, err=True):
        raise DeclinedError("nothing was done, as you said no")

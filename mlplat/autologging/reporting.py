"""Errors of our own inside somebody's training. In: something to do. Out: its result, or a warning and None.

A training goes on whatever happens to its recording. The warning goes through `logging`, not through `warnings`, which
a script may have turned into errors.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

from mlplat.autologging.options import options_of

T = TypeVar("T")


def attempt(framework: str, what: str, act: Callable[..., T], *args: Any, **kwargs: Any) -> Optional[T]:
    """Do something that must not disturb the training around it.

    Args:
        what: the thing that is not recorded when this fails, for the warning.
    """
    try:
        return act(*args, **kwargs)
    except Exception as error:
        report(framework, f"{what} failed: {type(error).__name__}: {error}")
        return None


def report(framework: str, text: str) -> None:
    """Warn, unless the framework's autologging was asked to be silent."""
    import logging

    options = options_of(framework)
    if options is None or not options["silent"]:
        logging.getLogger("mlplat.autolog").warning("mlplat: autologging of %s: %s", framework, text)

"""`autolog` of a flavor's module. In: the name that is asked for. Out: the function, imported only then.

A model that only answers does not need what autologging imports.
"""

from __future__ import annotations

from typing import Any, Callable


def autolog_on_demand(flavor: str) -> Callable[[str], Any]:
    """Return a module's `__getattr__` that knows `autolog` alone."""

    def load(name: str) -> Any:
        if name != "autolog":
            raise AttributeError(f"module 'mlplat.{flavor}' has no attribute {name!r}")
        from importlib import import_module

        return import_module(f"mlplat.autologging.{flavor}").autolog

    return load

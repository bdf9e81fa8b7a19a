"""Work that waits for an import. In: a module's name and a call. Out: the call, made when the module is imported."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Dict, Optional, Sequence

_waiting: Dict[str, Callable[[], None]] = {}


def when_imported(module: str, act: Callable[[], None]) -> None:
    """Act at once if a module is imported already, else right after it will be; a later call replaces an earlier one.

    Nothing is imported for it.
    """
    if _is_complete(module):
        act()
        return
    _waiting[module] = act
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def forget(module: str) -> None:
    """Wait for a module no more."""
    _waiting.pop(module, None)


def _is_complete(module: str) -> bool:
    found = sys.modules.get(module)
    return found is not None and not getattr(getattr(found, "__spec__", None), "_initializing", False)


class _Finder:
    """Finds what the other finders find, and adds an act to its end where one waits for it."""

    def find_spec(self, name: str, path: Optional[Sequence[str]] = None, target: Any = None) -> Optional[ModuleSpec]:
        """Answer only for a module that is waited for."""
        if name not in _waiting:
            return None
        for finder in sys.meta_path:
            found = None if finder is self else finder.find_spec(name, path, target)
            if found is not None:
                if hasattr(found.loader, "exec_module"):
                    _act_after(found.loader, name)
                return found
        return None


_finder: Any = _Finder()


def _act_after(loader: Any, name: str) -> None:
    """Make a loader act once, when it has run the module; then it is as it was."""

    def exec_module(module: ModuleType) -> None:
        del loader.exec_module
        loader.exec_module(module)
        act = _waiting.pop(name, None)
        if act is not None:
            act()

    loader.exec_module = exec_module

"""Functions of a framework, replaced while autologging is on. In: an owner, a name, a wrapper. Out: the way back.

A class or module gets its own attribute back exactly: one that it only inherited is removed again.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, Dict, Tuple

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]

_ABSENT = object()
_patched: Dict[str, Dict[Tuple[int, str], Tuple[Any, Any]]] = {}
"""By framework, and by owner and name: the owner, and what it had."""


def patch(framework: str, owner: Any, name: str, wrapper: Wrapper) -> None:
    """Replace a function of a module, or a method of a class; a second time nothing happens.

    Args:
        wrapper: gets the function and returns what is called instead. A method that is there only under a condition
            (scikit-learn's `available_if`) stays so.
    """
    found = vars(owner)[name] if name in vars(owner) else getattr(owner, name)
    replace(framework, owner, name, lambda: _replacement(found, wrapper))


def replace(framework: str, owner: Any, name: str, make: Callable[[], Any]) -> None:
    """Give a module or class another attribute until `undo` of the framework; a second time nothing happens."""
    patched = _patched.setdefault(framework, {})
    if (id(owner), name) not in patched:
        patched[id(owner), name] = (owner, vars(owner).get(name, _ABSENT))
        setattr(owner, name, make())


def undo(framework: str) -> None:
    """Give a framework its functions back."""
    for (_, name), (owner, own) in _patched.pop(framework, {}).items():
        if own is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, own)


def _replacement(found: Any, wrapper: Wrapper) -> Any:
    if isinstance(found, staticmethod):
        return staticmethod(wrapper(found.__func__))
    if isinstance(found, classmethod):
        return classmethod(wrapper(found.__func__))
    if hasattr(type(found), "__get__") and not callable(found):
        return _Conditional(found, wrapper)
    return wrapper(found)


class _Conditional:
    """A method that the framework's own descriptor may refuse."""

    def __init__(self, descriptor: Any, wrapper: Wrapper) -> None:
        self._descriptor = descriptor
        self._wrapper = wrapper

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        bound = self._descriptor.__get__(instance, owner)
        if instance is None:
            return bound

        def unbound(_: Any, *args: Any, **kwargs: Any) -> Any:
            return bound(*args, **kwargs)

        call = self._wrapper(wraps(bound)(unbound))
        return wraps(bound)(lambda *args, **kwargs: call(instance, *args, **kwargs))

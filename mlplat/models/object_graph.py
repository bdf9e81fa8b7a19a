"""What an object consists of. In: any object. Out: the modules of its types and functions, and the objects in it.

Attributes, elements, closures and the globals that a function names are followed; arrays of numbers are not.
"""

from __future__ import annotations

import sys
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Iterator, List, Set

MAX_OBJECTS = 200_000
"""The nearest ones. Beyond them a model repeats itself: a forest's last tree is made of what its first one is."""

LEAVES = (str, bytes, bytearray, int, float, complex, bool, type(None))


def modules_of(root: Any) -> Set[str]:
    """Return the top-level names of the modules that the parts of an object come from, Python's own left out."""
    found: Set[str] = set()
    for part in parts_of(root):
        owners = part.__mro__ if isinstance(part, type) else (type(part),)
        names = [getattr(each, "__module__", None) for each in owners]
        if isinstance(part, ModuleType):
            names.append(part.__name__)
        elif isinstance(part, (FunctionType, BuiltinFunctionType)) or not isinstance(part, type):
            names.append(getattr(part, "__module__", None))
        found.update(each.partition(".")[0] for each in names if isinstance(each, str))
    return {each for each in found if each and each not in ("builtins", "__mp_main__")}


def parts_of(root: Any, limit: int = MAX_OBJECTS) -> Iterator[Any]:
    """Yield an object and all that it consists of, the nearest first, each once; texts and numbers are no parts.

    Args:
        limit: of how many objects are looked at.
    """
    seen: Set[int] = set()
    kept: List[Any] = []  # what is made while looking must not give its id to another object
    waiting = deque([root])
    while waiting and len(seen) < limit:
        part = waiting.popleft()
        if isinstance(part, LEAVES) or id(part) in seen:
            continue
        seen.add(id(part))
        kept.append(part)
        yield part
        waiting.extend(_inner(part))


def _inner(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        yield from part.keys()
        yield from part.values()
    elif isinstance(part, (list, tuple, set, frozenset)):
        yield from part
    elif isinstance(part, FunctionType):
        yield from _named_by(part)
    elif isinstance(part, MethodType):
        yield part.__func__
        yield part.__self__
    elif isinstance(part, (type, ModuleType, BuiltinFunctionType)):
        return
    elif type(part).__name__ == "ndarray" and type(part).__module__ == "numpy":
        if part.dtype.hasobject:
            yield from part.ravel().tolist()
    else:
        yield from _attributes(part)


def _attributes(part: Any) -> Iterator[Any]:
    if type(part).__module__.partition(".")[0] in ("pandas", "torch", "tensorflow") and not hasattr(part, "modules"):
        return
    state = getattr(part, "__dict__", None)
    if isinstance(state, dict):
        yield from state.values()
    for owner in type(part).__mro__:
        slots = owner.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__"):
                yield getattr(part, name, None)
    for name in ("func", "args", "keywords"):  # functools.partial
        if type(part).__module__ == "functools":
            yield getattr(part, name, None)
    if type(part).__module__ != "builtins":
        yield type(part)


def _named_by(function: FunctionType) -> Iterator[Any]:
    """Yield the globals that a function's code names, those of functions inside it too, and what it closed over."""
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        codes += [each for each in code.co_consts if hasattr(each, "co_names")]
        for name in code.co_names:
            if name in function.__globals__:
                yield function.__globals__[name]
            elif name in sys.modules and name not in function.__globals__:
                yield sys.modules[name]  # an import inside the function
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    yield function.__defaults__

"""Pickles. In: an object, or a file that may run code. Out: a file, or the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

PICKLES = ("cloudpickle", "pickle")
"""The packages that write them, which are the names of the formats too."""


def write_pickle(model: Any, path: str, form: str) -> Tuple[str, ...]:
    """Write an object.

    Returns:
        The modules that loading it imports, see `modules_named`.

    Raises:
        MlplatException: it cannot be pickled, or the package is not installed.
    """
    from importlib import import_module

    try:
        with open(path, "wb") as file:
            import_module(form).dump(model, file)
    except ImportError as error:
        raise MlplatException(f"serialization_format={form!r} needs the package {form}: {error}") from error
    except Exception as error:
        raise MlplatException(f"{type(model).__name__} cannot be pickled: {error}") from error
    return (*modules_named(path), *(() if form == "pickle" else (form,)))


def modules_named(path: str) -> Tuple[str, ...]:
    """Return the modules that a pickle imports when it is loaded, sorted; nothing of it is executed.

    An object may be pickled by more than it consists of: names of columns by pyarrow, where that is installed.
    """
    import pickletools

    found = set()
    memo: Dict[int, Optional[str]] = {}
    pushed: List[Optional[str]] = [None, None]
    with open(path, "rb") as file:
        for opcode, argument, _ in pickletools.genops(file):
            if "UNICODE" in opcode.name:
                pushed = [pushed[1], str(argument)]
            elif opcode.name.endswith("GET"):
                pushed = [pushed[1], memo.get(int(str(argument)))]
            elif opcode.name == "MEMOIZE":
                memo[len(memo)] = pushed[1]
            elif opcode.name.endswith("PUT"):
                memo[int(str(argument))] = pushed[1]
            elif opcode.name == "GLOBAL":
                found.add(str(argument).split(" ")[0])
            elif opcode.name == "STACK_GLOBAL" and pushed[0] is not None:
                found.add(pushed[0])
            else:
                pushed = [pushed[1], None]
    return tuple(sorted(found))


def read_pickle(path: str, trust: Trust) -> Any:
    """Load an object; MlplatException when its file is not trusted."""
    import pickle

    with trust.opened(path, "it is a pickle") as file:
        return pickle.load(file)  # noqa: S301 - it is trusted

"""Models in the format of skops. In: an object, or such a file. Out: a file, or the object, made of allowed types only.

skops makes an object of the types that a file names, and of no others than it is told to trust. Which those are, we
say: its own list and `mlplat.models.skops_types`. The list that stands beside a model in MLmodel is for the stock
client, and is never read here. A file with other types, such as classes of the user's own, needs trust as a pickle
does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, List, Optional

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

SHOWN = 5
UNNAMED = ("<lambda>", "<locals>")
"""In the names of functions and classes that no import finds."""


def write(model: Any, path: str, further: Optional[Iterable[str]] = None) -> Optional[List[str]]:
    """Write an object.

    Args:
        further: types that the stock client is told to trust besides those that the file has.

    Returns:
        The types that the stock client must be told to trust, or None.

    Raises:
        MlplatException: skops is not installed, or the object cannot be written without a pickle.
    """
    io = _skops("which writes scikit-learn's models without a pickle", ", or say serialization_format='cloudpickle'")
    try:
        io.dump(model, path)
        types = io.get_untrusted_types(file=path)
        _require_names(types)
    except Exception as error:  # each kind of object fails in a way of its own
        raise MlplatException(
            f"{type(model).__name__} cannot be written without a pickle ({_line(error)}); if you need it, say "
            "serialization_format='cloudpickle', and trust=True where it is loaded"
        ) from error
    return sorted({*types, *(further or ())}) or None


def _require_names(types: List[str]) -> None:
    for each in types:
        if any(mark in each for mark in UNNAMED):
            raise ValueError(f"{each} has no name by which it could be found again")


def read(path: str, trust: Trust) -> Any:
    """Load an object.

    Raises:
        MlplatException: it has types that are neither allowed nor trusted, or it is no such file.
    """
    io = _skops("which the model was written by")
    from mlplat.models.skops_checks import check
    from mlplat.models.skops_types import allowed

    try:
        types = io.get_untrusted_types(file=path)
    except Exception as error:
        raise MlplatException(f"{path} cannot be read: {_line(error)}") from error
    others = [each for each in types if not allowed(each)]
    if others:
        trust.require(path, f"it holds types that are not on our list ({', '.join(others[:SHOWN])})")
    try:
        model = io.load(path, trusted=types)
        check(model)
    except MlplatException:
        raise
    except Exception as error:
        raise MlplatException(f"{path} cannot be loaded: {_line(error)}") from error
    return model


def _skops(what: str, besides: str = "") -> Any:
    """Import skops, which imports all of scikit-learn; MlplatException when it is not installed."""
    import gc
    from importlib import import_module

    collecting = gc.isenabled()
    gc.disable()  # going through all that is loaded, again and again, would be a quarter of what this costs
    try:
        return import_module("skops.io")
    except ImportError as error:
        raise MlplatException(f"skops is not installed here, {what}: pip install skops{besides}") from error
    finally:
        if collecting:
            gc.enable()


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]

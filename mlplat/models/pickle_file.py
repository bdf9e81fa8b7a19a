"""Pickles. In: an object, or a file that may run code. Out: a file, or the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

PICKLES = ("cloudpickle", "pickle")
"""The packages that write them, which are the names of the formats too."""


def write_pickle(model: Any, path: str, form: str) -> None:
    """Write an object; MlplatException when it cannot be pickled, or the package is not installed."""
    from importlib import import_module

    try:
        with open(path, "wb") as file:
            import_module(form).dump(model, file)
    except ImportError as error:
        raise MlplatException(f"serialization_format={form!r} needs the package {form}: {error}") from error
    except Exception as error:
        raise MlplatException(f"{type(model).__name__} cannot be pickled: {error}") from error


def read_pickle(path: str, trust: Trust) -> Any:
    """Load an object; MlplatException when its file is not trusted."""
    trust.require(path, "it is a pickle")
    import pickle

    with open(path, "rb") as file:
        return pickle.load(file)  # noqa: S301 - it is trusted

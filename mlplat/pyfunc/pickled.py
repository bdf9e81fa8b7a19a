"""Pickles of models of own code. In: a PythonModel. Out: a file that MLflow's client loads too, and the model again.

What stands in the file for our classes and modules is MLflow's name of them, which `stand_in` leads back to ours where
mlflow is not installed.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Dict, Tuple

from mlplat.exceptions import MlplatException
from mlplat.models.pickle_file import read_pickle
from mlplat.pyfunc.calling import arguments_of
from mlplat.pyfunc.model import PythonModel, PythonModelContext
from mlplat.pyfunc.stand_in import OWN, STOCK, standing_in

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

_STOCK_MODULE = "mlflow.pyfunc.model"


class _Imported:
    """Stands in a pickle for a module, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> Tuple[Any, Tuple[str]]:
        return import_module, (self.name,)


def dump(model: PythonModel, path: str) -> str:
    """Write a model and return the version of cloudpickle, which wrote it.

    Raises:
        MlplatException: cloudpickle is not there, or something in the model cannot be pickled.
    """
    try:
        import cloudpickle
    except ImportError as error:
        raise MlplatException(
            "a model that is an object or a function is kept by cloudpickle, which is not installed here; install it, "
            "or put the model into a file and give its path: python_model='model.py'"
        ) from error

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, obj: Any) -> Any:
            if obj is PythonModel or obj is PythonModelContext:
                return getattr, (_Imported(_STOCK_MODULE), obj.__name__)
            if isinstance(obj, ModuleType) and obj.__name__.partition(".")[0] == OWN:
                return import_module, (STOCK + obj.__name__[len(OWN) :],)
            return super().reducer_override(obj)

    try:
        with open(path, "wb") as file:
            Pickler(file).dump(model)
    except Exception as error:
        raise MlplatException(
            f"the model cannot be pickled: {type(error).__name__}: {error}; a model from code has no such trouble: "
            "python_model='model.py'"
        ) from error
    return str(cloudpickle.__version__)


def load(path: str, trust: Trust) -> Any:
    """Read a model.

    Raises:
        MlplatException: its file is not trusted, a module that it needs is missing, or it is no pickle.
    """
    try:
        with standing_in():
            return read_pickle(path, trust)
    except MlplatException:
        raise
    except Exception as error:
        raise MlplatException(f"{os.path.basename(path)} cannot be loaded: {type(error).__name__}: {error}") from error


def model_of(function: Any) -> PythonModel:
    """Return a function, or an object with a `predict`, as a model whose pickle needs no module of ours."""
    takes = arguments_of(function)

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        given = (context, model_input) if self.takes_context else (model_input,)
        return self.function(*given, params=params) if self.takes_params else self.function(*given)

    hints: Dict[str, Any] = dict(getattr(function, "__annotations__", {}))
    predict.__annotations__ = {
        name: hints[given]
        for name, given in (("model_input", takes.input_name or ""), ("return", "return"))
        if given in hints
    }
    kind = type("FunctionModel", (PythonModel,), {"predict": predict, "__module__": "__main__"})
    model: PythonModel = kind()
    model.__dict__.update(function=function, takes_context=takes.context, takes_params=takes.params)
    return model

"""Names that pickles of MLflow refer to and that are nowhere else in this library. In: a pickle. Out: objects."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.models.from_code import ModelConfig
from mlplat.models.signature import ModelSignature, infer_signature
from mlplat.pyfunc.calling import called_with
from mlplat.pyfunc.hints import as_hinted
from mlplat.pyfunc.model import PythonModel, PythonModelContext

__all__ = [
    "FuncInfo",
    "MlplatException",
    "ModelConfig",
    "ModelSignature",
    "PythonModel",
    "PythonModelContext",
    "_FunctionPythonModel",
    "_TypeHints",
    "_validate_model_input",
    "infer_signature",
    "pyfunc",
]


class _FunctionPythonModel(PythonModel):
    """A function that MLflow wrapped; it is in the attribute `func`."""

    func: Callable[..., Any]

    def predict(self, context: Any, model_input: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what the function returns."""
        return called_with(self.func, context, model_input, params)


class _TypeHints:
    """The type hints of a method that MLflow looked at."""

    def __init__(self, input: Any = None, output: Any = None) -> None:
        self.input = input
        self.output = output


class FuncInfo(NamedTuple):
    """The type hint of a function's input, and that argument's name."""

    input_type_hint: Any
    input_param_name: str


def _validate_model_input(
    args: Tuple[Any, ...], kwargs: Dict[str, Any], place: int, hint: Any, name: str
) -> Tuple[Any, Dict[str, Any]]:
    """Return a call's arguments with the input as its type hint wants it."""
    if name in kwargs:
        return args, {**kwargs, name: as_hinted(kwargs[name], hint)}
    given: List[Any] = list(args)
    if place < len(given):
        given[place] = as_hinted(given[place], hint)
    return tuple(given), kwargs


def pyfunc(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as it is: what a decorator of MLflow's adds is done by whoever asks the model."""
    return function

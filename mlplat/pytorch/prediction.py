"""A module of PyTorch that answers. In: a data frame, an array or a dict of arrays. Out: the same kind of thing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Dict, Iterator, Optional

from mlplat.exceptions import MlplatException


class TorchPredictor:
    """A module that predicts without gradients.

    Args:
        model: the module, or an exported program.
        signature: whose columns, if it has such, say that inputs are numbers in a table: they become floats.
    """

    takes_arrays = True

    def __init__(self, model: Any, signature: Any) -> None:
        self._model = model.module() if type(model).__name__ == "ExportedProgram" else model
        self.table = signature is not None and signature.inputs is not None and not signature.inputs.is_tensor_spec()

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return a data frame for a data frame, and else an array, or a dict or a list of arrays.

        Args:
            params: passed to the module as keyword arguments.
        """
        import torch

        with evaluating(self._model), torch.no_grad():
            inputs = as_tensors(data, self.table, *place_of(self._model))
            named = inputs if isinstance(inputs, dict) else {}
            outputs = self._model(*([] if isinstance(inputs, dict) else [inputs]), **named, **(params or {}))
        found = as_array(outputs)
        if type(data).__name__ == "DataFrame" and getattr(found, "ndim", 0) in (1, 2):
            import pandas

            return pandas.DataFrame(found, index=data.index)
        return found


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Have a module as it evaluates, and then each part of it as it was."""
    training = [each for each in model.modules() if each.training] if getattr(model, "training", False) else []
    for each in training:
        each.training = False
    try:
        yield
    finally:
        for each in training:
            each.training = True


def as_tensors(data: Any, table: bool, dtype: Any, device: Any) -> Any:
    """Return a tensor, or a dict of tensors by name.

    Args:
        data: a data frame or an array (with `table` all of its numbers become floats), a tensor, or a dict of these.
        dtype: of the module's floats. device: of the module.
    """
    import numpy
    import torch

    if isinstance(data, dict):
        return {name: as_tensors(each, False, dtype, device) for name, each in data.items()}
    if type(data).__name__ == "DataFrame":
        data, table = data.to_numpy(), True
    if not isinstance(data, torch.Tensor):
        if not isinstance(data, numpy.ndarray):
            raise MlplatException(f"a model of PyTorch takes a data frame or an array, not a {type(data).__name__}")
        if data.dtype == object:
            data = data.astype("float64")
        if not data.flags.writeable:
            data = data.copy()
        data = torch.from_numpy(data)
    return data.to(device, dtype) if table or data.is_floating_point() else data.to(device)


def as_array(value: Any) -> Any:
    """Return tensors as arrays: a tensor, or a dict, list or tuple of them; anything else as it is."""
    import torch

    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        return (value.float() if value.dtype == torch.bfloat16 else value).numpy()
    if isinstance(value, dict):
        return {name: as_array(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)) and any(isinstance(each, torch.Tensor) for each in value):
        return (
            type(value)(as_array(each) for each in value)
            if type(value) in (list, tuple)
            else list(map(as_array, value))
        )
    return value


def place_of(model: Any) -> "tuple[Any, Any]":
    """Return the type of the module's floats and where it is."""
    import torch

    for each in model.parameters():
        if each.is_floating_point():
            return each.dtype, each.device
    return torch.float32, torch.device("cpu")

"""A module as an exported program. In: the module, an example of its input or a signature. Out: the program."""

from __future__ import annotations

from typing import Any, Dict

from mlplat.exceptions import MlplatException
from mlplat.pytorch.prediction import TorchPredictor, as_tensors, evaluating, place_of

ROWS = 2
"""An export with a single row would hold for single rows only."""

OTHER = 8
"""What a dimension of any size has in inputs that are made from a signature."""


def exported(model: Any, options: Dict[str, Any]) -> Any:
    """Export a module as it evaluates, for any number of rows.

    Args:
        options: `input_example` (an array, a data frame or a dict of arrays by the names of the module's arguments),
            `signature`; either may be None.

    Raises:
        MlplatException: neither says what goes in, or PyTorch cannot export it.
    """
    import torch

    if isinstance(model, torch.jit.ScriptModule):
        raise MlplatException("a module of TorchScript cannot be exported; say serialization_format='pickle'")
    inputs = _inputs(model, options)
    free = _free_dimensions(inputs, options.get("signature") or None)
    single = not isinstance(inputs, dict)
    try:
        with evaluating(model):
            return torch.export.export(
                model,
                (inputs,) if single else (),
                {} if single else inputs,
                dynamic_shapes=(free,) if single else free,
            )
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        raise MlplatException(f"the model cannot be exported: {type(error).__name__}: {first}") from error


def _inputs(model: Any, options: Dict[str, Any]) -> Any:
    example, signature = options.get("input_example"), options.get("signature") or None
    if isinstance(example, tuple):
        example = example[0]
    if example is None:
        if signature is None or signature.inputs is None:
            raise MlplatException("a model is exported with an input_example or a signature")
        example = _made_up(signature.inputs)
    table = TorchPredictor(model, signature).table
    found = as_tensors(example, table, *place_of(model))
    return {name: _several(each) for name, each in found.items()} if isinstance(found, dict) else _several(found)


def _several(tensor: Any) -> Any:
    if tensor.dim() == 0:
        raise MlplatException("a model is exported with inputs that have rows")
    return tensor.repeat(ROWS, *[1] * (tensor.dim() - 1)) if tensor.shape[0] == 1 else tensor


def _made_up(schema: Any) -> Any:
    """Make zeros of the shapes that a schema says."""
    import numpy

    if not schema.is_tensor_spec():
        return numpy.zeros((ROWS, len(schema.inputs)), dtype="float32")
    made = {
        each.name: numpy.zeros([ROWS, *(OTHER if size < 0 else size for size in each.shape[1:])], dtype=each.type)
        for each in schema.inputs
    }
    return next(iter(made.values())) if len(made) == 1 and None in made else made


def _free_dimensions(inputs: Any, signature: Any) -> Any:
    import torch

    rows = torch.export.Dim("rows", min=1)
    shapes = {}
    if signature is not None and signature.inputs is not None and signature.inputs.is_tensor_spec():
        shapes = {each.name: each.shape for each in signature.inputs.inputs}

    def free(name: Any) -> Dict[int, Any]:
        later = [place for place, size in enumerate(shapes.get(name, ())) if size < 0 and place]
        return {0: rows, **dict.fromkeys(later, torch.export.Dim.AUTO)}

    return {name: free(name) for name in inputs} if isinstance(inputs, dict) else free(None)

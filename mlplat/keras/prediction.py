"""A Keras model, or a function of TensorFlow, that answers. In: a table, an array or a dict. Out: the same kind."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional

FEW_ROWS = 1024
"""So many are answered at once; the machinery of `predict` for more takes longer than the model."""


class ArrayPredictor:
    """What answers arrays by arrays.

    Args:
        answer: called with an array or a dict of arrays, and with the parameters by name.
    """

    takes_arrays = True

    def __init__(self, answer: Callable[..., Any]) -> None:
        self._answer = answer

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return a data frame for a data frame, and else arrays: one, or a dict or a list of them."""
        found = as_arrays(self._answer(_arrays_of(data), **(params or {})))
        if type(data).__name__ == "DataFrame" and getattr(found, "ndim", 0) in (1, 2):
            import pandas

            return pandas.DataFrame(found, index=data.index)
        return found


def keras_answer(model: Any) -> Callable[..., Any]:
    """Return how a Keras model is asked; parameters are those of its method `predict`."""

    def answer(inputs: Any, **params: Any) -> Any:
        if not params and _rows(inputs) <= FEW_ROWS:
            return model.predict_on_batch(inputs)
        return model.predict(inputs, **{"verbose": 0, **params})

    return answer


def as_arrays(value: Any) -> Any:
    """Return tensors as arrays; a dict, list or tuple has them inside."""
    if isinstance(value, dict):
        return {name: as_arrays(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_arrays(each) for each in value]
    return value.numpy() if hasattr(value, "numpy") else value


def _arrays_of(data: Any) -> Any:
    import numpy

    if isinstance(data, dict):
        return {name: numpy.asarray(each) for name, each in data.items()}
    if type(data).__name__ == "DataFrame":
        data = data.to_numpy()
        return data.astype("float64") if data.dtype == object and not isinstance(data.flat[0], str) else data
    return numpy.asarray(data)


def _rows(inputs: Any) -> int:
    first = next(iter(inputs.values())) if isinstance(inputs, dict) else inputs
    return int(first.shape[0]) if first.ndim else 1

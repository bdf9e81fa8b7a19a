"""The ONNX runtime. In: a model's file, data frames, arrays or dicts of arrays. Out: a session, its outputs."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.exceptions import MlplatException

_CPU = "CPUExecutionProvider"
_HARMLESS = (
    "enable_cpu_mem_arena",
    "enable_mem_pattern",
    "enable_mem_reuse",
    "execution_mode",
    "graph_optimization_level",
    "inter_op_num_threads",
    "intra_op_num_threads",
    "log_severity_level",
    "log_verbosity_level",
    "use_deterministic_compute",
    "use_per_session_threads",
)
"""Attributes of SessionOptions; others, and the configuration entries, name files and libraries."""
_TYPES = {
    "bool": "bool",
    "double": "float64",
    "float": "float32",
    "float16": "float16",
    "string": "object",
    **{f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
"""numpy's name of what the runtime calls `tensor(NAME)`."""


def needs_trust(fields: Dict[str, Any]) -> Optional[str]:
    """Return which of a model's own options may make the runtime load a library or write a file, or None."""
    if not all(isinstance(each, str) for each in fields.get("providers") or ()):
        return "options of execution providers"
    for name in fields.get("onnx_session_options") or ():
        if name not in _HARMLESS:
            return f"session option {name!r}"
    return None


def open_session(source: Any, fields: Dict[str, Any]) -> Any:
    """Open a model.

    Args:
        source: the path of its file, or its bytes.
        fields: `providers` and `onnx_session_options` of its entry in MLmodel.

    Raises:
        MlplatException: an option is none of the runtime's, or the model cannot be opened.
    """
    import onnxruntime

    there = onnxruntime.get_available_providers()
    wanted = [tuple(each) if isinstance(each, list) else each for each in fields.get("providers") or ()]
    providers = [each for each in wanted if (each if isinstance(each, str) else each[0]) in there] or [_CPU]
    options = _session_options(fields.get("onnx_session_options") or {})
    try:
        return onnxruntime.InferenceSession(source, sess_options=options, providers=providers)
    except Exception as error:
        raise MlplatException(f"the ONNX model cannot be opened: {error}") from error


def _session_options(given: Dict[str, Any]) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    for name, value in given.items():
        try:
            _set(options, name, value)
        except (AttributeError, TypeError, ValueError, RuntimeError) as error:
            raise MlplatException(f"onnx_session_options: {name}={value!r}: {error}") from error
    return options


def _set(options: Any, name: str, value: Any) -> None:
    import onnxruntime

    if name == "extra_session_config":
        for key, entry in value.items():
            options.add_session_config_entry(str(key), str(entry))
    elif name == "execution_mode":
        options.execution_mode = getattr(onnxruntime.ExecutionMode, f"ORT_{str(value).upper()}")
    elif name == "graph_optimization_level":
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel(value)
    elif hasattr(options, name):
        setattr(options, name, value)
    else:
        raise AttributeError("there is no such option")


class SessionPredictor:
    """A session that answers.

    A data frame gives a data frame with a column for each output; a dict of arrays, and an array for a model of one
    input, give a dict of arrays. Inputs are converted to the type that the model takes.
    """

    takes_arrays = False

    def __init__(self, session: Any) -> None:
        self._session = session
        self._inputs: List[Any] = session.get_inputs()
        self._outputs: List[str] = [each.name for each in session.get_outputs()]

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what every output of the graph holds."""
        is_frame = hasattr(data, "columns")
        outputs = self._session.run(self._outputs, self._of_frame(data) if is_frame else self._of_arrays(data))
        if not is_frame:
            return dict(zip(self._outputs, outputs))
        import pandas

        return pandas.DataFrame({name: _cells(value) for name, value in zip(self._outputs, outputs)}, index=data.index)

    def _of_frame(self, data: Any) -> Dict[str, Any]:
        if len(self._inputs) == 1:
            return {self._inputs[0].name: _as_input(data.to_numpy(), self._inputs[0])}
        missing = [each.name for each in self._inputs if each.name not in data.columns]
        if missing:
            raise MlplatException(f"the ONNX model's input {missing[0]!r} is no column of the data")
        return {each.name: _as_input(data[each.name].to_numpy(), each) for each in self._inputs}

    def _of_arrays(self, data: Any) -> Dict[str, Any]:
        by_name = {each.name: each for each in self._inputs}
        if not isinstance(data, dict) and len(by_name) > 1:
            raise MlplatException(
                f"the ONNX model has several inputs: give a dict or a data frame of {', '.join(by_name)}"
            )
        named = data if isinstance(data, dict) else dict.fromkeys(by_name, data)
        unknown = [name for name in named if name not in by_name]
        if unknown:
            raise MlplatException(f"the ONNX model has no input {unknown[0]!r}; it has: {', '.join(by_name)}")
        return {name: _as_input(value, by_name[name]) for name, value in named.items()}


def _as_input(value: Any, wanted: Any) -> Any:
    """Return an array of an input's type and number of dimensions, where only one of length 1 is more or less."""
    import numpy

    array = numpy.asarray(value)
    name = _TYPES.get(wanted.type[len("tensor(") : -1])
    if array.dtype == object and name not in (None, "object"):
        array = numpy.array(array.tolist())
    if name is not None and array.dtype != name:
        array = array.astype(name)
    rank = len(wanted.shape)
    if array.ndim + 1 == rank and wanted.shape[-1] == 1:
        return array[..., None]
    if array.ndim == rank + 1 and array.shape[-1] == 1:
        return array[..., 0]
    return array


def _cells(value: Any) -> Any:
    """Return an output as a column: a number a row where it is one, a list where it is more."""
    if not hasattr(value, "ndim") or value.ndim <= 1:
        return value
    flat = value.reshape(len(value), -1)
    return flat[:, 0] if flat.shape[1] == 1 else flat.tolist()

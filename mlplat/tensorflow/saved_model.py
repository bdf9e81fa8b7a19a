"""SavedModel folders of TensorFlow. In: such a folder. Out: which of its operations touch files; then the module.

A SavedModel is a program of TensorFlow's operations: no Python runs, but some operations read and write files. What
can be called in it is therefore looked at before it is loaded.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Optional, Set

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

_TOUCHING = re.compile(
    r".*(Files?(V\d+)?|PyFunc(Stateless)?|Summary\w*|Reader\w*|Dataset\w*|Rpc\w*|Checkpoints?\w*|Print\w*)|Save\w*"
    r"|Restore\w*|Debug\w*|Load\w*|Copy(Host)?|Stage|Remote\w*|Filesystem\w*|GenerateVocabRemapping|(De|En)codeProto\w*"
)
"""Operations that read or write files, call Python or other processes."""


def read_saved_model(path: str, trust: Trust) -> Any:
    """Load a SavedModel.

    Raises:
        MlplatException: it touches files and may not, or is none.
    """
    import tensorflow

    danger = danger_of(path)
    if danger:
        trust.require(path, danger)
    try:
        return tensorflow.saved_model.load(path)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise MlplatException(f"TensorFlow cannot load {path}: {error}") from error


def module_answer(module: Any) -> Callable[..., Any]:
    """Return how a loaded module is asked: by the function that it is, by `serve`, or by its default signature."""
    import tensorflow

    signatures = getattr(module, "signatures", {})
    function = getattr(module, "serve", None) or (module if callable(module) else None)

    def answer(inputs: Any, **params: Any) -> Any:
        if function is not None:
            return function(_tensors(inputs, _first_specs(function)), **params)
        if not signatures:
            raise MlplatException("the SavedModel has no function to be asked by")
        chosen = signatures["serving_default"] if "serving_default" in signatures else next(iter(signatures.values()))
        specs = chosen.structured_input_signature[1]
        named = inputs if isinstance(inputs, dict) else {next(iter(specs)): inputs}
        return chosen(**{name: tensorflow.constant(each, specs[name].dtype) for name, each in named.items()}, **params)

    return answer


def danger_of(path: str) -> Optional[str]:
    """Return what in a SavedModel touches more than tensors; None where nothing does."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    file = os.path.join(path, "saved_model.pb")
    content = SavedModel()
    try:
        with open(file, "rb") as stream:
            content.ParseFromString(stream.read())
    except (OSError, DecodeError) as error:
        return f"it cannot be looked at: {error}"
    for graph in content.meta_graphs:
        for operation in _reachable(graph):
            if _TOUCHING.fullmatch(operation):
                return f"it has the operation {operation}"
    return None


def _reachable(graph: Any) -> Iterator[str]:
    """Yield the operations of every function that can be called on the loaded module, and of those that they call."""
    library = {each.signature.name: each for each in graph.graph_def.library.function}
    waiting = list(graph.object_graph_def.concrete_functions)
    if not waiting:  # a module of TensorFlow 1: its graph itself is run
        yield from (node.op for node in graph.graph_def.node)
        waiting = list(library)
    seen: Set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in library:
            continue
        seen.add(name)
        for node in library[name].node_def:
            yield node.op
            waiting += [each for value in node.attr.values() for each in _functions(value)]


def _functions(value: Any) -> Iterator[str]:
    if value.HasField("func"):
        yield value.func.name
    yield from (each.name for each in value.list.func)


def _first_specs(function: Any) -> Dict[Any, Any]:
    """Return what a function of TensorFlow takes, by name; under None what its first argument is."""
    import tensorflow

    traced: Any = getattr(function, "concrete_functions", None) or getattr(
        type(function).__call__, "concrete_functions", ()
    )
    for concrete in traced:
        arguments = concrete.structured_input_signature[0]
        if arguments and isinstance(arguments[0], tensorflow.TensorSpec):
            return {None: arguments[0].dtype}
        if arguments and isinstance(arguments[0], dict):
            return {name: spec.dtype for name, spec in arguments[0].items()}
    return {}


def _tensors(inputs: Any, types: Dict[Any, Any]) -> Any:
    import tensorflow

    if isinstance(inputs, dict):
        return {name: tensorflow.constant(each, types.get(name)) for name, each in inputs.items()}
    return tensorflow.constant(inputs, types.get(None))

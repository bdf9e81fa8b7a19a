"""Modules of PyTorch as data. In: a module. Out: its structure as JSON and its tensors; from both the same module.

A structure names the class of each module, its plain attributes, and the shape of its parameters and buffers. No
constructor runs when it is read, and the only code that is used is that of the classes that it names.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any, Callable, Dict, Optional, Tuple

from mlplat.exceptions import MlplatException

Json = Dict[str, Any]

_OWN = "torch.nn."
"""Classes below this package are PyTorch's own."""

_FLAT = frozenset({"_flat_weights", "_flat_weight_refs"})
"""What recurrent modules of PyTorch make of their parameters."""

_ACTIVATION = re.compile(
    r"torch\.(nn\.functional\.)?(\w*(relu|elu|gelu|silu|mish|tanh|sigmoid|softmax|softplus|sin|cos|exp|square))"
)
"""Functions that a module may have as an attribute."""


def described(module: Any) -> Tuple[Json, Dict[str, Any]]:
    """Return a module's structure and its tensors by name, each tensor once.

    Raises:
        MlplatException: a part of it is no data; says which.
    """
    tensors: Dict[str, Any] = {}
    return _module(module, "", {}, tensors), tensors


def rebuilt(structure: Json, tensors: Dict[str, Any], allow: Callable[[str], None]) -> Any:
    """Make the module of a structure.

    Args:
        allow: called with the name of each class that is neither PyTorch's own nor imported yet; raises to refuse it.

    Raises:
        MlplatException: the structure is damaged, or names a class that is not here.
    """
    return _Rebuilding(tensors, allow).module(structure, "")


def _module(module: Any, path: str, seen: Dict[int, str], tensors: Dict[str, Any]) -> Json:
    if id(module) in seen:
        return {"same": seen[id(module)]}
    seen[id(module)] = path
    return {
        "class": _class_name(module),
        "attributes": _attributes(module, path),
        "parameters": {
            name: None
            if each is None
            else dict(_tensor(each, _joined(path, name), seen, tensors), grad=each.requires_grad)
            for name, each in module._parameters.items()
        },
        "buffers": {
            name: None
            if each is None
            else dict(
                _tensor(each, _joined(path, name), seen, tensors),
                persistent=name not in module._non_persistent_buffers_set,
            )
            for name, each in module._buffers.items()
        },
        "modules": {
            name: None if each is None else _module(each, _joined(path, name), seen, tensors)
            for name, each in module._modules.items()
        },
    }


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _class_name(module: Any) -> str:
    kind = type(module)
    name = f"{kind.__module__}:{kind.__qualname__}"
    if "<locals>" in name or _looked_up(name) is not kind:
        raise MlplatException(
            f"the class {kind.__qualname__} cannot be imported by its name, so its structure cannot be kept: define it "
            "at the top of a module, give an input_example that the model can be exported with, or say "
            "serialization_format='pickle'"
        )
    return name


def _looked_up(name: str) -> Any:
    module, _, qualname = name.partition(":")
    found: Any = import_module(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _tensor(tensor: Any, path: str, seen: Dict[int, str], tensors: Dict[str, Any]) -> Json:
    name = seen.setdefault(id(tensor), path)
    tensors.setdefault(name, tensor.detach())
    return {"tensor": name}


def _attributes(module: Any, path: str) -> Json:
    import torch

    plain = set(vars(torch.nn.Module())) - {"training"}
    skipped = plain | _FLAT if isinstance(module, torch.nn.RNNBase) else plain
    for hooks in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"):
        if getattr(module, hooks, None):
            raise _no_data(path, module, "has hooks")
    found = {}
    for name, value in vars(module).items():
        if name not in skipped and not name.startswith("__"):
            try:
                found[name] = _encoded(value)
            except TypeError as error:
                raise _no_data(path, module, f"has a {error} as {name}") from error
    return found


def _no_data(path: str, module: Any, what: str) -> MlplatException:
    return MlplatException(
        f"the {type(module).__name__} {path or 'that is the model'} {what}, which is no data: give an input_example "
        "that the model can be exported with, or say serialization_format='pickle'"
    )


def _encoded(value: Any) -> Any:
    """Return a value as JSON; TypeError with the name of its type where it is no data."""
    import torch

    if value is None or (isinstance(value, (bool, int, float, str)) and type(value).__module__ == "builtins"):
        return value
    if isinstance(value, list):
        return [_encoded(each) for each in value]
    if type(value) in (tuple, torch.Size):
        return {"tuple": [_encoded(each) for each in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: _encoded(each) for key, each in value.items()}}
    if isinstance(value, (torch.dtype, torch.device)):
        return {type(value).__name__: str(value).replace("torch.", "")}
    function = _function_name(value)
    if function:
        return {"function": function}
    raise TypeError(type(value).__name__)


def _function_name(value: Any) -> Optional[str]:
    import torch

    name = getattr(value, "__name__", "")
    for home, module in (("torch.nn.functional", torch.nn.functional), ("torch", torch)):
        if _ACTIVATION.fullmatch(f"{home}.{name}") and getattr(module, name, None) is value:
            return f"{home}.{name}"
    return None


class _Rebuilding:
    """Modules that are made from a structure, the shared ones once."""

    def __init__(self, tensors: Dict[str, Any], allow: Callable[[str], None]) -> None:
        self._tensors = tensors
        self._allow = allow
        self._modules: Dict[str, Any] = {}
        self._parameters: Dict[str, Any] = {}

    def module(self, structure: Json, path: str) -> Any:
        import torch

        if "same" in structure:
            return self._modules[structure["same"]]
        kind = self._class(structure["class"])
        module: Any = object.__new__(kind)
        torch.nn.Module.__init__(module)
        self._modules[path] = module
        for name, value in structure["attributes"].items():
            vars(module)[_attribute(kind, name)] = _decoded(value)
        for name, value in structure["parameters"].items():
            module.register_parameter(name, None if value is None else self._parameter(value))
        for name, value in structure["buffers"].items():
            module.register_buffer(
                name,
                None if value is None else self._tensors[value["tensor"]],
                persistent=value is None or value["persistent"],
            )
        for name, value in structure["modules"].items():
            module.add_module(name, None if value is None else self.module(value, _joined(path, name)))
        if isinstance(module, torch.nn.RNNBase):
            module._init_flat_weights()
        return module

    def _class(self, name: str) -> type:
        import torch

        module = name.partition(":")[0]
        if not module.startswith(_OWN) and module not in sys.modules:
            self._allow(name)
        try:
            found = _looked_up(name)
        except ImportError as error:
            raise MlplatException(f"the model is made of {name}, which cannot be imported here: {error}") from error
        if not (isinstance(found, type) and issubclass(found, torch.nn.Module)):
            raise MlplatException(f"the model is made of {name}, which is no module of PyTorch here")
        return found

    def _parameter(self, value: Json) -> Any:
        import torch

        name = value["tensor"]
        if name not in self._parameters:
            self._parameters[name] = torch.nn.Parameter(self._tensors[name], requires_grad=value["grad"])
        return self._parameters[name]


def _attribute(kind: type, name: str) -> str:
    if not name.isidentifier() or name.startswith("__") or callable(getattr(kind, name, None)):
        raise MlplatException(
            f"the model's structure sets {name!r} of {kind.__name__}, which is no plain attribute of it"
        )
    return name


def _decoded(value: Any) -> Any:
    import torch

    if isinstance(value, list):
        return [_decoded(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "tuple":
        return tuple(_decoded(each) for each in inner)
    if kind == "dict":
        return {key: _decoded(each) for key, each in inner.items()}
    if kind == "dtype":
        return _dtype(inner)
    if kind == "device":
        return torch.device(inner)
    return _function(inner)


def _dtype(name: str) -> Any:
    import torch

    found = getattr(torch, name, None)
    if not isinstance(found, torch.dtype):
        raise MlplatException(f"the model's structure names {name!r}, which is no data type of PyTorch")
    return found


def _function(name: str) -> Any:
    import torch

    found = _ACTIVATION.fullmatch(name)
    if found is None:
        raise MlplatException(
            f"the model's structure names the function {name}, which is not one that a module may have"
        )
    return getattr(torch.nn.functional if found.group(1) else torch, found.group(2))

"""Files of whole Keras models (.keras, .h5). In: such a file. Out: what in it could run code; then the model.

Keras' own safe mode refuses Lambda layers; the places from which a file may take classes and functions are looked at
here besides, since each of them is imported by the name that the file gives.
"""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

SUFFIX = ".keras"

_MODULE = re.compile(
    r"keras|keras(\.src)?\.(activations|constraints|dtype_policies|initializers|layers|losses|metrics|models|ops"
    r"|optimizers|quantizers|random|regularizers)(\.\w+)*"
)
_FUNCTIONS = re.compile(r"builtins|keras(\.src)?\.(activations|initializers|losses|metrics|ops)(\.\w+)*")
_CODE = frozenset({"Lambda", "__lambda__", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer"})
"""Layers that hold code, or load it from elsewhere."""

_MEMBER = re.compile(r"(config|metadata)\.json|model\.weights\.(h5|npz)|model\.weights\.json|assets/[\w./ -]*")


def read_archive(path: str, trust: Trust) -> Any:
    """Load a model; one whose loss or metrics are not here comes back without them.

    Raises:
        MlplatException: it could run code and may not, or Keras cannot load it.
    """
    import keras

    danger = danger_of(path)
    if danger:
        trust.require(path, danger)
    options = {"safe_mode": danger is None, "custom_objects": _imported(path) if danger else None}
    try:
        return keras.models.load_model(path, **options)
    except Exception as error:
        try:
            return keras.models.load_model(path, compile=False, **options)
        except Exception:
            first = (str(error).strip().splitlines() or [""])[0]
            raise MlplatException(f"Keras cannot load {path}: {first}; custom_objects may be missing") from error


def danger_of(path: str) -> Optional[str]:
    """Return what in a file could run code when Keras loads it; None where nothing could."""
    try:
        if zipfile.is_zipfile(path):
            # Keras goes by the name, and reads other parts of a file that is two kinds at once.
            if not path.endswith(SUFFIX):
                return f"it is an archive, and its name does not end in {SUFFIX}"
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if not _MEMBER.fullmatch(name) or ".." in name:
                        return f"it holds {name}"
        return next(_dangers(_config(path)), None)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        return f"it cannot be looked at: {error}"


def _config(path: str) -> Any:
    """Return what the file says that the model consists of."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json"))
    import h5py

    with h5py.File(path, "r") as file:
        return [json.loads(file.attrs[name]) for name in ("model_config", "training_config") if name in file.attrs]


def _imported(path: str) -> Dict[str, Any]:
    """Import the classes and functions that the file takes from elsewhere, by their names in it."""
    from importlib import import_module

    found = {}
    for each in _objects(_config(path)):
        module, name = each.get("module"), each["class_name"]
        name = each.get("config") if name == "function" else name
        if isinstance(module, str) and isinstance(name, str) and not _MODULE.fullmatch(module):
            try:
                found[each.get("registered_name") or name] = getattr(import_module(module), name)
            except (ImportError, AttributeError):
                continue  # Keras says which one it misses
    return found


def _objects(value: Any) -> Iterator[Dict[str, Any]]:
    """Yield everything in a configuration that names a class."""
    if isinstance(value, dict) and "class_name" in value:
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)


def _is_registered(value: Dict[str, Any]) -> bool:
    """Tell whether the user gave Keras the class or function, so that nothing is imported for it."""
    import keras

    names = [value.get("registered_name"), value.get("class_name"), value.get("config")]
    return any(isinstance(name, str) and keras.saving.get_registered_object(name) is not None for name in names)


def _dangers(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _dangers(each)
    if not isinstance(value, dict):
        return
    kind, module = value.get("class_name"), value.get("module")
    if kind in _CODE:
        yield f"it has a {kind.strip('_')} layer"
    allowed = _FUNCTIONS if kind == "function" else _MODULE
    if isinstance(module, str) and not allowed.fullmatch(module) and not _is_registered(value):
        yield f"it takes {kind} from {module}"
    if isinstance(value.get("vocabulary"), str):
        yield f"it reads the file {value['vocabulary']}"
    for each in value.values():
        yield from _dangers(each)

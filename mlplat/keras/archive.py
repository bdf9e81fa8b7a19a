"""Files of whole Keras models (.keras, .h5). In: such a file. Out: what in it could run code; then the model.

Keras' own safe mode refuses Lambda layers; the places from which a file may take classes and functions are looked at
here besides, since each of them is imported by the name that the file gives.
"""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any, Iterator, Optional

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

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
    safe = danger is None
    try:
        return keras.models.load_model(path, safe_mode=safe)
    except Exception as error:
        try:
            return keras.models.load_model(path, safe_mode=safe, compile=False)
        except Exception:
            first = (str(error).strip().splitlines() or [""])[0]
            raise MlplatException(f"Keras cannot load {path}: {first}; custom_objects may be missing") from error


def danger_of(path: str) -> Optional[str]:
    """Return what in a file could run code when Keras loads it; None where nothing could."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if not _MEMBER.fullmatch(name) or ".." in name:
                        return f"it holds {name}"
                config = json.loads(archive.read("config.json"))
        else:
            config = _h5_config(path)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        return f"it cannot be looked at: {error}"
    return next(_dangers(config), None)


def _h5_config(path: str) -> Any:
    import h5py

    with h5py.File(path, "r") as file:
        return [json.loads(file.attrs[name]) for name in ("model_config", "training_config") if name in file.attrs]


def _dangers(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _dangers(each)
    if not isinstance(value, dict):
        return
    kind, module = value.get("class_name"), value.get("module")
    if kind in _CODE:
        yield f"it has a {kind.strip('_')} layer"
    if isinstance(module, str) and not (_FUNCTIONS if kind == "function" else _MODULE).fullmatch(module):
        yield f"it takes {kind} from {module}"
    if isinstance(value.get("vocabulary"), str):
        yield f"it reads the file {value['vocabulary']}"
    for each in value.values():
        yield from _dangers(each)

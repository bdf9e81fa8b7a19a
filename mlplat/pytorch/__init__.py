"""Models of PyTorch. In: a module. Out: an MLmodel folder, and the module again. Arguments are named as MLflow's.

Nothing that is written by default holds a pickle: a module that can be exported is kept as its graph and its weights
(`data/model.pt2`, which MLflow loads too), any other as `data/model.safetensors` and its structure.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save
from mlplat.pytorch.prediction import TorchPredictor, as_array
from mlplat.pytorch.storage import FOLDER, read, write

if TYPE_CHECKING:
    from mlplat.autologging.pytorch import autolog as autolog
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

STATE_DICT = "state_dict.pth"


def _load(name: str) -> Any:
    """Return `autolog` when it is asked for: a model that only answers does not need what it imports."""
    if name != "autolog":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mlplat.autologging.pytorch import autolog

    return autolog


if not TYPE_CHECKING:
    __getattr__ = _load


def save_model(
    pytorch_model: Any,
    path: Any,
    *,
    serialization_format: Optional[str] = None,
    export_model: bool = False,
    **given: Any,
) -> Model:
    """Write a module into a new folder.

    Args:
        serialization_format: `pt2` (the exported graph, which needs an input example or a signature), `safetensors`
            (weights and structure) or `pickle`; the first of them that is safe and can hold the module unless given.
        export_model: MLflow's other word for `serialization_format="pt2"`.
        given: see `mlplat.models.saving.Given`; an input example may be a tensor.

    Raises:
        MlplatException: it cannot be written so.
    """
    options = _options(serialization_format, export_model, given)
    return save(FLAVOR, pytorch_model, path, options, given_of(given))


def log_model(
    pytorch_model: Any,
    artifact_path: Optional[str] = None,
    *,
    serialization_format: Optional[str] = None,
    export_model: bool = False,
    **given: Any,
) -> ModelInfo:
    """Write a module into the store, as a logged model of the active run; arguments as of `save_model`."""
    options = _options(serialization_format, export_model, given)
    return log(FLAVOR, pytorch_model, artifact_path, options, given_of(given))


def load_model(model_uri: str, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a module.

    A module that was exported comes back as an object of its own class where that class is PyTorch's or imported here
    already, and else as its graph.

    Raises:
        MlplatException: there is no such model, or its files could run code and nobody said that they may.
    """
    return load_native(model_uri, FLAVOR.name, dst_path, trust)


def log_state_dict(state_dict: Dict[str, Any], artifact_path: str, **options: Any) -> None:
    """Keep a state dict as an artifact of the active run; `options` are those of `torch.save`."""
    from tempfile import TemporaryDirectory

    import torch

    from mlplat.artifacts import log_artifact

    if not isinstance(state_dict, dict):
        raise MlplatException(f"a state dict is a dict, not a {type(state_dict).__name__}")
    with TemporaryDirectory() as folder:
        path = os.path.join(folder, STATE_DICT)
        torch.save(state_dict, path, **options)
        log_artifact(path, artifact_path)


def load_state_dict(state_dict_uri: str, *, trust: bool = False, **options: Any) -> Dict[str, Any]:
    """Load a state dict that `log_state_dict` kept; what is in it besides tensors and plain values needs `trust`."""
    import torch

    from mlplat.artifacts import download_artifacts

    path = os.path.join(download_artifacts(artifact_uri=state_dict_uri), STATE_DICT)
    found: Dict[str, Any] = torch.load(path, weights_only=not trust, **options)
    return found


def _options(form: Optional[str], export_model: bool, given: Dict[str, Any]) -> Dict[str, Any]:
    """Return what the flavor wants to know, and make arrays of tensors among the arguments."""
    if given.get("input_example") is not None:
        given["input_example"] = as_array(given["input_example"])
    return {
        "serialization_format": "pt2" if export_model else form,
        "input_example": given.get("input_example"),
        "signature": given.get("signature"),
    }


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class PyTorchFlavor:
    """How a module is written, loaded and asked."""

    name = "pytorch"
    loader_module = "mlflow.pytorch"
    packages = ("torch", "numpy")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the module's files."""
        return write(model, folder, options)

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the module."""
        return read(inside(folder, fields.get("model_data") or fields.get("data") or FOLDER), trust)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> TorchPredictor:
        """Make the module answer."""
        return TorchPredictor(model, signature)


FLAVOR = PyTorchFlavor()

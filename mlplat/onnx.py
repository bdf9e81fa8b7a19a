"""ONNX models. In: an `onnx.ModelProto`. Out: a model's folder, a logged model, the ModelProto.

An ONNX file holds a graph of operators and numbers: nothing in it is executed but by the runtime's own operators.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Predictor, Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.onnx_session import SessionPredictor, needs_trust, open_session
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
LARGEST = 2_000_000_000
"""Bytes of a model whose tensors still go into the file itself: a protobuf message ends at 2 GiB."""
_FILE, _DATA_FILE = "model.onnx", "model.onnx.data"


def save_model(
    onnx_model: Any,
    path: Any,
    *,
    onnx_execution_providers: Optional[List[Any]] = None,
    onnx_session_options: Optional[Dict[str, Any]] = None,
    save_as_external_data: Optional[bool] = None,
    **given: Any,
) -> Model:
    """Write a model into a new folder.

    Args:
        onnx_execution_providers: of the runtime that answers, in the order in which they are tried; those that are not
            there are left out. CUDA's and the processor's unless given.
        onnx_session_options: attributes of `onnxruntime.SessionOptions`, `execution_mode` being "sequential" or
            "parallel", and `extra_session_config`, a dict of the runtime's configuration entries.
        save_as_external_data: True writes large tensors beside the file; unless given only where the file would be
            too large.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is no valid ONNX model, or the folder is not empty.
    """
    options = {"providers": onnx_execution_providers, "session": onnx_session_options, "outside": save_as_external_data}
    return save(FLAVOR, onnx_model, path, options, given_of(given))


def log_model(
    onnx_model: Any,
    artifact_path: Optional[str] = None,
    *,
    onnx_execution_providers: Optional[List[Any]] = None,
    onnx_session_options: Optional[Dict[str, Any]] = None,
    save_as_external_data: Optional[bool] = None,
    **given: Any,
) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: it is no valid ONNX model, or the store refuses it.
    """
    options = {"providers": onnx_execution_providers, "session": onnx_session_options, "outside": save_as_external_data}
    return log(FLAVOR, onnx_model, artifact_path, options, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a model as an `onnx.ModelProto`.

    Args:
        model_uri: `models:/…`, `runs:/…`, or a folder. dst_path: folder that takes the model's files.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, or it is not trusted.
    """
    return load_native(model_uri, FLAVOR.name, dst_path, trust).load()


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class OnnxFile:
    """An ONNX model that lies in a file.

    Attributes:
        path: of the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def load(self) -> Any:
        """Return it as an `onnx.ModelProto`; MlplatException when it is none."""
        import onnx

        try:
            return onnx.load(self.path)
        except Exception as error:
            raise MlplatException(f"{self.path} is no ONNX model: {error}") from error


class OnnxFlavor:
    """How models of ONNX are written, read and asked."""

    name = "onnx"
    loader_module = "mlflow.onnx"
    packages = ("onnx", "onnxruntime")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write `model.onnx`, and `model.onnx.data` where the tensors lie beside it."""
        import onnx

        if not isinstance(model, onnx.ModelProto):
            raise MlplatException(f"a {type(model).__name__} is no ONNX model: give what onnx.load() returns")
        outside = options.get("outside")
        if outside is None:
            outside = model.ByteSize() > LARGEST
        path = os.path.join(folder, _FILE)
        if outside:
            onnx.save_model(model, path, save_as_external_data=True, location=_DATA_FILE)
            # Writing has emptied the caller's own model.
            onnx.load_external_data_for_model(model, folder)
        else:
            onnx.save_model(model, path)
        try:
            onnx.checker.check_model(path)
        except onnx.checker.ValidationError as error:
            raise MlplatException(f"the ONNX model is not valid: {error}") from error
        fields = {
            "data": _FILE,
            "providers": list(options.get("providers") or PROVIDERS),
            "onnx_session_options": options.get("session"),
            "onnx_version": onnx.__version__,
        }
        return Written(fields, {"data": _FILE})

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> OnnxFile:
        """Find the file; what only asks it needs neither `onnx` nor its tensors twice."""
        path = inside(folder, fields.get("data"))
        risky = needs_trust(fields)
        if risky is not None:
            trust.require(os.path.join(folder, "MLmodel"), f"its {risky} may make the runtime load or write files")
        return OnnxFile(path)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Open a session of the runtime."""
        source = model.path if isinstance(model, OnnxFile) else model.SerializeToString()
        return SessionPredictor(open_session(source, fields))


FLAVOR = OnnxFlavor()

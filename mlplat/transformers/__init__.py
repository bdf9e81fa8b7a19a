"""Models of transformers. In: a pipeline, or its parts. Out: a model's folder, a logged model, a pipeline again.

Weights are kept by safetensors. Code that came along with a model from elsewhere is loaded only when it is trusted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save
from mlplat.transformers.prediction import PipelinePredictor

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

RETURNED = ("pipeline", "components")


def save_model(
    transformers_model: Any,
    path: Any,
    processor: Any = None,
    task: Optional[str] = None,
    *,
    model_config: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> Model:
    """Write a pipeline into a new folder.

    Args:
        transformers_model: a pipeline; a dict with `model` and what belongs to it (`tokenizer`, `feature_extractor`,
            `image_processor`, `processor`); or a folder that `save_pretrained` wrote.
        processor: kept besides. task: of the pipeline, found from the model's class unless given.
        model_config: parameters of a prediction that hold unless a call says otherwise.
        given: what every flavor understands; see `mlplat.models.saving.Given`. The signature is that of the task
            unless it is given or there is an input example.

    Raises:
        MlplatException: it is none of these, or cannot be written.
    """
    pipeline = _prepared(transformers_model, processor, task, given)
    return save(FLAVOR, pipeline, path, {"processor": processor, "config": model_config}, given_of(given))


def log_model(
    transformers_model: Any,
    artifact_path: Optional[str] = None,
    processor: Any = None,
    task: Optional[str] = None,
    *,
    model_config: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> ModelInfo:
    """Log a pipeline to the active run, or to no run where none is active; arguments as in `save_model`."""
    pipeline = _prepared(transformers_model, processor, task, given)
    return log(FLAVOR, pipeline, artifact_path, {"processor": processor, "config": model_config}, given_of(given))


def load_model(
    model_uri: Any,
    dst_path: Optional[str] = None,
    return_type: str = "pipeline",
    device: Any = None,
    *,
    trust: bool = False,
) -> Any:
    """Load a pipeline, or a dict of its parts.

    Args:
        return_type: "pipeline" or "components". device: where the model is put, such as "cuda:0".
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, or it is not trusted.
    """
    if return_type not in RETURNED:
        raise MlplatException(f"return_type is one of {', '.join(RETURNED)}, not {return_type!r}")
    pipeline = load_native(model_uri, FLAVOR.name, dst_path, trust)
    if device is not None:
        pipeline.device = _device(device)
        pipeline.model.to(pipeline.device)
    if return_type == "pipeline":
        return pipeline
    from mlplat.transformers.storage import parts_of

    return {"task": pipeline.task, "model": pipeline.model, **parts_of(pipeline)}


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class TransformersFlavor:
    """How a pipeline is written, loaded and asked."""

    name = "transformers"
    loader_module = "mlflow.transformers"
    packages = ("transformers", "torch", "safetensors")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the pipeline's parts."""
        from mlplat.transformers.storage import write

        return write(model, folder, options)

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the pipeline."""
        from mlplat.transformers.storage import read

        return read(folder, fields, trust)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> PipelinePredictor:
        """Make the pipeline answer."""
        return PipelinePredictor(model, fields.get("task") or model.task, fields.get("config") or {})


def _prepared(given_model: Any, processor: Any, task: Optional[str], given: Dict[str, Any]) -> Any:
    """Return the pipeline of what was given; the signature of its task becomes an argument where there is none."""
    from mlplat.transformers.storage import pipeline_of

    pipeline = pipeline_of(given_model, task)
    if given.get("signature") is None and given.get("input_example") is None:
        from mlplat.transformers.signatures import signature_of_task

        given["signature"] = signature_of_task(pipeline.task)
    return pipeline


def _device(device: Any) -> Any:
    import torch

    return torch.device(device)


FLAVOR = TransformersFlavor()

"""Files of a pipeline. In: a pipeline. Out: `model/` and `components/`; from them the pipeline again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.confined import inside
from mlplat.models.flavor import Written
from mlplat.transformers.folder import require_plain

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

MODEL = "model"
COMPONENTS = "components"
AUTO = {
    "tokenizer": "AutoTokenizer",
    "feature_extractor": "AutoFeatureExtractor",
    "image_processor": "AutoImageProcessor",
    "processor": "AutoProcessor",
}
"""Parts of a pipeline besides its model, and what of transformers loads each."""

HEADS = {
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "ForMaskedLM": "fill-mask",
    "ForCausalLM": "text-generation",
    "LMHeadModel": "text-generation",
    "ForImageClassification": "image-classification",
    "ForAudioClassification": "audio-classification",
    "ForCTC": "automatic-speech-recognition",
    "ForQuestionAnswering": "question-answering",
    "ForConditionalGeneration": "text2text-generation",
    "Model": "feature-extraction",
}
"""The task that the end of a model's class name says."""


def pipeline_of(given: Any, task: Optional[str]) -> Any:
    """Return a pipeline of a pipeline, of a dict of its parts, or of a folder.

    Raises:
        MlplatException: it is none of these, or its task is unknown.
    """
    import transformers

    if isinstance(given, transformers.Pipeline):
        return given
    if isinstance(given, (str, os.PathLike)):
        config = transformers.AutoConfig.from_pretrained(os.fspath(given), local_files_only=True)
        return transformers.pipeline(task or _task_of_class((config.architectures or [""])[0]), model=os.fspath(given))
    if not isinstance(given, dict) or "model" not in given:
        raise MlplatException(
            f"a model of transformers is a pipeline or a dict with its model, not a {type(given).__name__}"
        )
    unknown = sorted(set(given) - {"model", *AUTO})
    if unknown:
        raise MlplatException(f"a pipeline has no part {unknown[0]!r}; it has: model, {', '.join(AUTO)}")
    return _pipeline(task or _task_of(given["model"]), given)


def parts_of(pipeline: Any) -> Dict[str, Any]:
    """Return what a pipeline has besides its model, by name."""
    return {name: part for name in AUTO for part in [getattr(pipeline, name, None)] if part is not None}


def write(pipeline: Any, folder: str, options: Dict[str, Any]) -> Written:
    """Write a pipeline's parts; MLflow's keys are returned."""
    import transformers

    model = pipeline.model
    model.save_pretrained(os.path.join(folder, MODEL))
    parts = parts_of(pipeline)
    if options.get("processor") is not None:
        parts["processor"] = options["processor"]
    for name, part in parts.items():
        part.save_pretrained(os.path.join(folder, COMPONENTS, name))
    fields = {
        "task": pipeline.task,
        "instance_type": type(pipeline).__name__,
        "pipeline_model_type": type(model).__name__,
        "source_model_name": getattr(model, "name_or_path", "") or "",
        "model_binary": MODEL,
        "components": [name for name in parts if name != "processor"],
        "torch_dtype": str(getattr(model, "dtype", None)),
        "transformers_version": transformers.__version__,
        **{f"{name}_type": type(part).__name__ for name, part in parts.items()},
    }
    return Written(fields, {"config": options["config"]} if options.get("config") else {})


def read(folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
    """Load a pipeline.

    Raises:
        MlplatException: its files could run code and may not, or transformers has no such model.
    """
    place = inside(folder, fields.get("model_binary") or MODEL)
    require_plain(place, trust)
    kind = _model_class(fields.get("pipeline_model_type"), place, trust)
    model = _loaded(kind, place, trust, **_dtype(fields.get("torch_dtype")))
    parts: Dict[str, Any] = {MODEL: model}
    names = [*(fields.get("components") or ()), *(["processor"] if fields.get("processor_type") else [])]
    for name in names:
        if name in AUTO:
            part = inside(folder, f"{COMPONENTS}/{name}")
            require_plain(part, trust)
            parts[name] = _loaded(_auto(name), part, trust)
    return _pipeline(fields.get("task") or _task_of(model), parts)


def _pipeline(task: str, parts: Dict[str, Any]) -> Any:
    import transformers

    try:
        return transformers.pipeline(task, **parts)
    except (KeyError, TypeError, ValueError) as error:
        raise MlplatException(f"no pipeline can be made for the task {task!r}: {error}") from error


def _task_of(model: Any) -> str:
    return _task_of_class(type(model).__name__)


def _task_of_class(name: str) -> str:
    for end, task in HEADS.items():
        if name.endswith(end):
            return task
    raise MlplatException(f"the task of a {name} is not known; say it by task=")


def _auto(name: str) -> Any:
    import transformers

    return getattr(transformers, AUTO[name])


def _model_class(name: Any, folder: str, trust: Trust) -> Any:
    import transformers

    found = getattr(transformers, name, None) if isinstance(name, str) else None
    if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel):
        return found
    trust.require(folder, f"transformers has no {name}, so its code lies with the model")
    return transformers.AutoModel


def _loaded(kind: Any, folder: str, trust: Trust, **options: Any) -> Any:
    try:
        return kind.from_pretrained(folder, local_files_only=True, trust_remote_code=trust.given, **options)
    except (OSError, ValueError, KeyError, ImportError) as error:
        first = (str(error).strip().splitlines() or [""])[0]
        raise MlplatException(f"transformers cannot load {folder}: {first}") from error


def _dtype(name: Any) -> Dict[str, Any]:
    import torch
    import transformers

    dtype = getattr(torch, str(name).replace("torch.", ""), None)
    if not isinstance(dtype, torch.dtype):
        return {}
    return {"torch_dtype" if int(transformers.__version__.split(".")[0]) < 5 else "dtype": dtype}  # noqa: PLR2004 - its name since 5

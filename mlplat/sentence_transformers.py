"""Models of sentence-transformers. In: an encoder of texts. Out: a model's folder, a logged model, an encoder."""

from __future__ import annotations

import json
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
from mlplat.transformers.folder import require_plain
from mlplat.transformers.prediction import inputs_of

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

FOLDER = "model.sentence_transformer"
CONFIG = "inference_config"
EMBEDDINGS = "llm/v1/embeddings"


def save_model(
    model: Any, path: Any, task: Optional[str] = None, inference_config: Optional[Dict[str, Any]] = None, **given: Any
) -> Model:
    """Write an encoder into a new folder.

    Args:
        task: "llm/v1/embeddings" to answer as the embeddings endpoint of OpenAI does.
        inference_config: arguments of the encoder's method `encode` that hold unless a call says otherwise.
        given: what every flavor understands; see `mlplat.models.saving.Given`. The signature is a text in, a row of
            floats out, unless it is given or there is an input example.

    Raises:
        MlplatException: it is no SentenceTransformer, or there is no such task.
    """
    options = _options(model, task, inference_config, given)
    return save(FLAVOR, model, path, options, given_of(given))


def log_model(
    model: Any,
    artifact_path: Optional[str] = None,
    task: Optional[str] = None,
    inference_config: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> ModelInfo:
    """Log an encoder to the active run, or to no run where none is active; arguments as in `save_model`."""
    options = _options(model, task, inference_config, given)
    return log(FLAVOR, model, artifact_path, options, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load an encoder; MlplatException when there is none or it is not trusted."""
    return load_native(model_uri, FLAVOR.name, dst_path, trust)


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class SentenceTransformersFlavor:
    """How an encoder is written, loaded and asked."""

    name = "sentence_transformers"
    loader_module = "mlflow.sentence_transformers"
    packages = ("sentence_transformers", "transformers", "torch", "safetensors")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the encoder's folder."""
        import sentence_transformers

        model.save(os.path.join(folder, FOLDER), create_model_card=False)
        if options["config"]:
            with open(os.path.join(folder, CONFIG), "w", encoding="utf-8") as file:
                json.dump(options["config"], file)
        inner = getattr(model[0], "auto_model", None)
        fields = {
            "pipeline_model_type": type(inner).__name__,
            "sentence_transformers_version": sentence_transformers.__version__,
            "source_model_name": getattr(inner, "name_or_path", "") or "",
        }
        return Written(fields, {"data": FOLDER, **({"config": {"task": options["task"]}} if options["task"] else {})})

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the encoder."""
        from sentence_transformers import SentenceTransformer

        place = inside(folder, fields.get("data") or FOLDER)
        require_plain(place, trust)
        model = SentenceTransformer(place, local_files_only=True, trust_remote_code=trust.given)
        if os.path.exists(os.path.join(folder, CONFIG)):
            with open(inside(folder, CONFIG), encoding="utf-8") as file:
                model.inference_config = json.load(file)
        return model

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> EncoderPredictor:
        """Make the encoder answer."""
        return EncoderPredictor(model, (fields.get("config") or {}).get("task") == EMBEDDINGS)


class EncoderPredictor:
    """An encoder that answers.

    Args:
        as_endpoint: as OpenAI's embeddings do, instead of by an array.
    """

    takes_arrays = False

    def __init__(self, model: Any, as_endpoint: bool) -> None:
        self._model = model
        self._config: Dict[str, Any] = getattr(model, "inference_config", {})
        self._as_endpoint = as_endpoint

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return an array with one row of floats a text.

        Args:
            data: a text, a list of texts, or a data frame with one column.
            params: keyword arguments of `encode`.
        """
        texts = inputs_of(data)
        texts = [texts] if isinstance(texts, str) else list(texts)
        if not all(isinstance(each, str) for each in texts):
            raise MlplatException(
                "a model of sentence-transformers takes texts: a text, a list, or a table of one column"
            )
        keyword = {"show_progress_bar": False, **self._config, **(params or {})}
        found = self._model.encode(texts, **keyword)
        return self._endpoint(found, texts) if self._as_endpoint else found

    def _endpoint(self, rows: Any, texts: List[str]) -> Dict[str, Any]:
        tokens = sum(len(each) for each in self._model.tokenizer(texts)["input_ids"])
        data = [{"object": "embedding", "index": place, "embedding": row.tolist()} for place, row in enumerate(rows)]
        return {"object": "list", "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def _options(
    model: Any, task: Optional[str], config: Optional[Dict[str, Any]], given: Dict[str, Any]
) -> Dict[str, Any]:
    from sentence_transformers import SentenceTransformer

    if not isinstance(model, SentenceTransformer):
        raise MlplatException(
            f"a model of sentence-transformers is a SentenceTransformer, not a {type(model).__name__}"
        )
    if task not in (None, EMBEDDINGS):
        raise MlplatException(f"the task of an encoder is {EMBEDDINGS}, not {task!r}")
    if given.get("signature") is None and given.get("input_example") is None and task is None:
        given["signature"] = _signature(model)
    return {"task": task, "config": config}


def _signature(model: Any) -> ModelSignature:
    from mlplat.models.schema import ColSpec, Schema, TensorSpec
    from mlplat.models.signature import ModelSignature

    size = model.get_sentence_embedding_dimension() or -1
    return ModelSignature(Schema([ColSpec("string")]), Schema([TensorSpec("float32", (-1, size))]))


FLAVOR = SentenceTransformersFlavor()

"""Keras models. In: a model of Keras 3. Out: a model's folder, a logged model, a model of Keras."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.keras.archive import read_archive
from mlplat.keras.prediction import ArrayPredictor, keras_answer
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.autologging.keras import autolog as autolog
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

FOLDER = "data"
FILE = "model.keras"
EXPORTED = "model"
MODULE_FILE = "keras_module.txt"


def _load(name: str) -> Any:
    """Return `autolog` when it is asked for: a model that only answers does not need what it imports."""
    if name != "autolog":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mlplat.autologging.keras import autolog

    return autolog


if not TYPE_CHECKING:
    __getattr__ = _load


def save_model(
    model: Any,
    path: Any,
    *,
    save_exported_model: bool = False,
    save_model_kwargs: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> Model:
    """Write a model into a new folder.

    Args:
        save_exported_model: keep its function for serving alone (TensorFlow's SavedModel) instead of the model.
        save_model_kwargs: passed to Keras' own method that saves it.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is no model of Keras, or cannot be written.
    """
    options = {"exported": save_exported_model, "keyword": save_model_kwargs or {}}
    return save(FLAVOR, model, path, options, given_of(given))


def log_model(
    model: Any,
    artifact_path: Optional[str] = None,
    *,
    save_exported_model: bool = False,
    save_model_kwargs: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active; arguments as in `save_model`."""
    options = {"exported": save_exported_model, "keyword": save_model_kwargs or {}}
    return log(FLAVOR, model, artifact_path, options, given_of(given))


def load_model(
    model_uri: Any,
    dst_path: Optional[str] = None,
    custom_objects: Optional[Dict[str, Any]] = None,
    *,
    trust: bool = False,
) -> Any:
    """Load a model.

    Args:
        custom_objects: classes and functions of the model by the names that its file has for them.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, it is not trusted, or Keras cannot load it.
    """
    import keras

    with keras.saving.custom_object_scope(custom_objects or {}):
        return load_native(model_uri, FLAVOR.name, dst_path, trust)


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class KerasFlavor:
    """How a model is written, loaded and asked."""

    name = "keras"
    loader_module = "mlflow.keras"
    packages = ("keras", "numpy")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the model's file."""
        import keras

        if not isinstance(model, keras.Model):
            raise MlplatException(f"a model of Keras is a keras.Model, not a {type(model).__name__}")
        data = os.path.join(folder, FOLDER)
        os.mkdir(data)
        with open(os.path.join(data, MODULE_FILE), "w", encoding="utf-8") as file:
            file.write("keras")
        if options["exported"]:
            model.export(os.path.join(data, EXPORTED), verbose=False, **options["keyword"])
        else:
            model.save(os.path.join(data, FILE), **options["keyword"])
        backend = keras.backend.backend()
        fields = {
            "data": FOLDER,
            "keras_backend": backend,
            "keras_version": keras.__version__,
            "save_exported_model": options["exported"],
        }
        return Written(fields, {}, (backend,))

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the model; one that was exported is a module of TensorFlow."""
        data = inside(folder, fields.get("data") or FOLDER)
        os.environ.setdefault("KERAS_BACKEND", fields.get("keras_backend") or "tensorflow")
        if fields.get("save_exported_model"):
            from mlplat.tensorflow.saved_model import read_saved_model

            return read_saved_model(inside(data, EXPORTED), trust)
        return read_archive(inside(data, FILE), trust)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> ArrayPredictor:
        """Make the model answer."""
        if hasattr(model, "predict_on_batch"):
            return ArrayPredictor(keras_answer(model))
        from mlplat.tensorflow.saved_model import module_answer

        return ArrayPredictor(module_answer(model))


FLAVOR = KerasFlavor()

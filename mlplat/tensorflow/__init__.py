"""TensorFlow's models. In: a model of Keras or a tf.Module. Out: a model's folder, a logged model, the model again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.keras.archive import read_archive
from mlplat.keras.prediction import ArrayPredictor, keras_answer
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.pickle_file import read_pickle
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save
from mlplat.tensorflow.saved_model import module_answer, read_saved_model

if TYPE_CHECKING:
    from mlplat.autologging.keras import autolog as autolog
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

KERAS = "keras"
MODULE = "tf2-module"
DATA = "data"
SAVED_MODEL = "tf2model"
CUSTOM_OBJECTS = "custom_objects.cloudpickle"
FILES = ("model.keras", "model.h5")


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
    custom_objects: Optional[Dict[str, Any]] = None,
    saved_model_kwargs: Optional[Dict[str, Any]] = None,
    keras_model_kwargs: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> Model:
    """Write a model into a new folder.

    Args:
        model: of Keras, or a tf.Module whose functions have traced or declared inputs.
        custom_objects: of a Keras model, kept as a pickle; needs cloudpickle, and trust when it is loaded.
        saved_model_kwargs: passed to `tf.saved_model.save`. keras_model_kwargs: passed to Keras' own method.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is neither, or cannot be written.
    """
    options = {"custom": custom_objects, "module": saved_model_kwargs or {}, "keras": keras_model_kwargs or {}}
    return save(FLAVOR, model, path, options, given_of(given))


def log_model(
    model: Any,
    artifact_path: Optional[str] = None,
    *,
    custom_objects: Optional[Dict[str, Any]] = None,
    saved_model_kwargs: Optional[Dict[str, Any]] = None,
    keras_model_kwargs: Optional[Dict[str, Any]] = None,
    **given: Any,
) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active; arguments as in `save_model`."""
    options = {"custom": custom_objects, "module": saved_model_kwargs or {}, "keras": keras_model_kwargs or {}}
    return log(FLAVOR, model, artifact_path, options, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a model of Keras or a module; MlplatException when there is none or it is not trusted."""
    return load_native(model_uri, FLAVOR.name, dst_path, trust)


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class TensorFlowFlavor:
    """How a model is written, loaded and asked."""

    name = "tensorflow"
    loader_module = "mlflow.tensorflow"
    packages = ("tensorflow", "numpy")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the model's files."""
        import tensorflow

        if isinstance(model, tensorflow.keras.Model):
            return _write_keras(model, folder, options)
        if not isinstance(model, tensorflow.Module):
            raise MlplatException(
                f"a model of TensorFlow is a keras.Model or a tf.Module, not a {type(model).__name__}"
            )
        tensorflow.saved_model.save(model, os.path.join(folder, SAVED_MODEL), **options["module"])
        return Written({"model_type": MODULE, "saved_model_dir": SAVED_MODEL}, {})

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the model."""
        if fields.get("saved_model_dir"):
            return read_saved_model(inside(folder, fields["saved_model_dir"]), trust)
        data = inside(folder, fields.get("data") or DATA)
        if os.path.isdir(os.path.join(data, "model")):
            return read_saved_model(inside(data, "model"), trust)
        name = next((each for each in FILES if os.path.exists(os.path.join(data, each))), FILES[0])
        custom = os.path.join(data, CUSTOM_OBJECTS)
        if not os.path.exists(custom):
            return read_archive(inside(data, name), trust)
        import tensorflow

        with tensorflow.keras.saving.custom_object_scope(read_pickle(custom, trust)):
            return read_archive(inside(data, name), trust)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> ArrayPredictor:
        """Make the model answer."""
        return ArrayPredictor(keras_answer(model) if hasattr(model, "predict_on_batch") else module_answer(model))


def _write_keras(model: Any, folder: str, options: Dict[str, Any]) -> Written:
    import keras
    import tensorflow

    data = os.path.join(folder, DATA)
    os.mkdir(data)
    keyword = dict(options["keras"])
    form = keyword.pop("save_format", "keras")
    model.save(os.path.join(data, FILES[1] if form == "h5" else FILES[0]), **keyword)
    form = "h5" if form == "h5" else "tf"
    for name, text in (("save_format.txt", form), ("keras_module.txt", "tensorflow.keras")):
        with open(os.path.join(data, name), "w", encoding="utf-8") as file:
            file.write(text)
    packages: Tuple[str, ...] = ("keras",)
    if options["custom"]:
        _write_pickle(options["custom"], os.path.join(data, CUSTOM_OBJECTS))
        packages = ("keras", "cloudpickle")
    fields = {
        "data": DATA,
        "keras_version": keras.__version__,
        "model_type": KERAS,
        "save_format": form,
        "tensorflow_version": tensorflow.__version__,
    }
    return Written(fields, {"data": DATA}, packages)


def _write_pickle(custom: Dict[str, Any], path: str) -> None:
    try:
        import cloudpickle
    except ImportError as error:
        raise MlplatException("custom_objects are kept by cloudpickle, which is not installed here") from error
    with open(path, "wb") as file:
        cloudpickle.dump(custom, file)


FLAVOR = TensorFlowFlavor()

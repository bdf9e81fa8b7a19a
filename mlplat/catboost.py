"""CatBoost's models. In: a CatBoost or one of its estimators. Out: its own file, and back.

The formats that CatBoost can read again hold trees and numbers alone: nothing in them is executed.
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
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

FORMATS = ("cbm", "json", "onnx", "coreml")
"""What CatBoost reads again; it writes cpp, python and pmml too, which are not models but exports."""
CLASSES = ("CatBoost", "CatBoostClassifier", "CatBoostRegressor", "CatBoostRanker")
_FILE = "model.cb"


def save_model(cb_model: Any, path: Any, *, format: str = "cbm", **given: Any) -> Model:
    """Write a model into a new folder.

    Args:
        format: one of FORMATS.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is no model of CatBoost, or the folder is not empty.
    """
    return save(FLAVOR, cb_model, path, {"format": format}, given_of(given))


def log_model(cb_model: Any, artifact_path: Optional[str] = None, *, format: str = "cbm", **given: Any) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: it is no model of CatBoost, or the store refuses it.
    """
    return log(FLAVOR, cb_model, artifact_path, {"format": format}, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a model of the class that was logged.

    Args:
        model_uri: `models:/…`, `runs:/…`, or a folder. dst_path: folder that takes the model's files.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, or it is not trusted.
    """
    return load_native(model_uri, FLAVOR.name, dst_path, trust)


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(FLAVOR.packages)


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(FLAVOR.packages)


class CatBoostFlavor:
    """How models of CatBoost are written, read and asked."""

    name = "catboost"
    loader_module = "mlflow.catboost"
    packages = ("catboost",)

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write `model.cb`.

        Args:
            options: keyword arguments of CatBoost's own `save_model`; `format` is one of FORMATS.
        """
        import catboost

        model_format = options.get("format") or FORMATS[0]
        if model_format not in FORMATS:
            raise MlplatException(
                f"CatBoost cannot load the format {model_format!r} again; format is one of {', '.join(FORMATS)}"
            )
        if not isinstance(model, catboost.CatBoost):
            raise MlplatException(f"a {type(model).__name__} is no model of CatBoost")
        model.save_model(os.path.join(folder, _FILE), **{**options, "format": model_format})
        fields = {
            "data": _FILE,
            "model_type": next(each.__name__ for each in type(model).__mro__ if each.__name__ in CLASSES),
            "save_format": model_format,
            "catboost_version": catboost.__version__,
        }
        return Written(fields, {"data": _FILE})

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load a model of the class that it was."""
        import catboost

        path = inside(folder, fields.get("data"))
        model_type, model_format = fields.get("model_type") or CLASSES[0], fields.get("save_format") or FORMATS[0]
        if model_type not in CLASSES:
            raise MlplatException(f"the model's class {model_type!r} is none of CatBoost's: {', '.join(CLASSES)}")
        if model_format not in FORMATS:
            raise MlplatException(f"CatBoost does not load the format {model_format!r}")
        model = getattr(catboost, model_type)()
        model.load_model(path, format=model_format)
        return model

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make it answer."""
        return CatBoostPredictor(model)


class CatBoostPredictor:
    """A model of CatBoost, which answers classes or values."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.takes_arrays = not (
            model.get_cat_feature_indices() or model.get_text_feature_indices() or model.get_embedding_feature_indices()
        )

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what its `predict` gives; params are that function's keyword arguments."""
        return self._model.predict(data, **(params or {}))


FLAVOR = CatBoostFlavor()

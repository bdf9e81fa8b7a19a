"""XGBoost's models. In: a Booster, or an estimator of its scikit-learn interface. Out: UBJSON or JSON, and back.

Both formats are XGBoost's own and hold trees and numbers alone: nothing in them is executed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from mlplat.autolog_on_demand import autolog_on_demand
from mlplat.exceptions import MlplatException
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Predictor, Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.autologging.xgboost import autolog as autolog  # noqa: PLC0414 - public
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

FORMATS = ("ubj", "json")
_BOOSTER = "xgboost.core.Booster"

if not TYPE_CHECKING:
    __getattr__ = autolog_on_demand("xgboost")


def save_model(xgb_model: Any, path: Any, *, model_format: str = "ubj", **given: Any) -> Model:
    """Write a model into a new folder.

    Args:
        model_format: "ubj" or "json".
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is no model of XGBoost, or the folder is not empty.
    """
    return save(FLAVOR, xgb_model, path, {"model_format": model_format}, given_of(given))


def log_model(
    xgb_model: Any, artifact_path: Optional[str] = None, *, model_format: str = "ubj", **given: Any
) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: it is no model of XGBoost, or the store refuses it.
    """
    return log(FLAVOR, xgb_model, artifact_path, {"model_format": model_format}, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a Booster, or an estimator of the class that was logged.

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


class XGBoostFlavor:
    """How models of XGBoost are written, read and asked."""

    name = "xgboost"
    loader_module = "mlflow.xgboost"
    packages = ("xgboost",)

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write `model.ubj` or `model.json`."""
        import xgboost

        model_format = options.get("model_format") or FORMATS[0]
        if model_format not in FORMATS:
            raise MlplatException(f"model_format is {' or '.join(FORMATS)}, not {model_format!r}")
        if not isinstance(model, (xgboost.Booster, xgboost.XGBModel)):
            raise MlplatException(f"a {type(model).__name__} is no model of XGBoost: give a Booster or an XGBModel")
        file = f"model.{model_format}"
        model.save_model(os.path.join(folder, file))
        fields = {
            "data": file,
            "model_class": f"{type(model).__module__}.{type(model).__qualname__}",
            "model_format": model_format,
            "xgb_version": xgboost.__version__,
        }
        return Written(fields, {"data": file}, () if isinstance(model, xgboost.Booster) else ("sklearn",))

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load a Booster, or an estimator of the class that it was."""
        path = inside(folder, fields.get("data"))
        model = _class_named(fields.get("model_class") or _BOOSTER, folder, trust)()
        model.load_model(path)
        return model

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make it answer."""
        import xgboost

        return BoosterPredictor(model) if isinstance(model, xgboost.Booster) else EstimatorPredictor(model)


class EstimatorPredictor:
    """An estimator of the scikit-learn interface, which answers classes or values."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.takes_arrays = not _has_categories(model.get_booster())

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what its `predict` gives; params are that function's keyword arguments."""
        return self._model.predict(data, **(params or {}))


class BoosterPredictor:
    """A Booster, which answers probabilities or values."""

    def __init__(self, booster: Any) -> None:
        import json

        self._booster = booster
        self.takes_arrays = not _has_categories(booster)
        # Only trees can be asked in place, which gives the same in half the time.
        self._in_place = json.loads(booster.save_config())["learner"]["gradient_booster"]["name"] != "gblinear"

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what `Booster.predict` gives; params are that function's keyword arguments."""
        import xgboost

        if self._in_place and not params:
            return self._booster.inplace_predict(data)
        names = None if hasattr(data, "columns") else self._booster.feature_names
        matrix = xgboost.DMatrix(data, feature_names=names)
        return self._booster.predict(matrix, **(params or {}))


def _has_categories(booster: Any) -> bool:
    return "c" in (booster.feature_types or ())


def _class_named(name: str, folder: str, trust: Trust) -> Any:
    """Return a class by its full name; one that is not XGBoost's own is code, which must be trusted."""
    import xgboost

    module, _, last = str(name).rpartition(".")
    if module.partition(".")[0] == "xgboost":
        found = getattr(xgboost, last, None)
    else:
        from importlib import import_module

        trust.require(os.path.join(folder, "MLmodel"), f"the model is of a class {name}, which is not XGBoost's")
        try:
            found = getattr(import_module(module), last, None)
        except (ImportError, ValueError) as error:
            raise MlplatException(f"the model's class {name} cannot be imported: {error}") from error
    if not (isinstance(found, type) and issubclass(found, (xgboost.Booster, xgboost.XGBModel))):
        raise MlplatException(f"the model's class {name} is none of XGBoost's")
    return found


FLAVOR = XGBoostFlavor()

"""scikit-learn's models. In: an estimator. Out: a model's folder, a logged model, an estimator.

An estimator is written by skops, which holds no code; a pickle is written only when it is asked for.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from mlplat.autolog_on_demand import autolog_on_demand
from mlplat.exceptions import MlplatException
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.pickle_file import read_pickle, write_pickle
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.autologging.sklearn import autolog as autolog  # noqa: PLC0414 - public
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

SKOPS, CLOUDPICKLE, PICKLE = "skops", "cloudpickle", "pickle"
FILES = {SKOPS: "model.skops", CLOUDPICKLE: "model.pkl", PICKLE: "model.pkl"}
BOOSTERS = ("catboost", "lightgbm", "xgboost")
"""Packages whose estimators in a pipeline look at the order of columns alone, but for categories."""
ORDER_MATTERS = "X does not have valid feature names"


if not TYPE_CHECKING:
    __getattr__ = autolog_on_demand("sklearn")


def save_model(
    sk_model: Any,
    path: Any,
    *,
    serialization_format: str = SKOPS,
    pyfunc_predict_fn: str = "predict",
    skops_trusted_types: Optional[List[str]] = None,
    **given: Any,
) -> Model:
    """Write an estimator into a new folder.

    Args:
        serialization_format: "skops", "cloudpickle" or "pickle"; the latter two run code when they are loaded.
        pyfunc_predict_fn: the estimator's method that `mlplat.pyfunc.load_model(…).predict` calls.
        skops_trusted_types: types besides our own list that the stock client is told to load.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: the estimator cannot be written in this format, or the folder is not empty.
    """
    options = {"format": serialization_format, "predict_fn": pyfunc_predict_fn, "trusted": skops_trusted_types}
    return save(FLAVOR, sk_model, path, options, given_of(given))


def log_model(
    sk_model: Any,
    artifact_path: Optional[str] = None,
    *,
    serialization_format: str = SKOPS,
    pyfunc_predict_fn: str = "predict",
    skops_trusted_types: Optional[List[str]] = None,
    **given: Any,
) -> ModelInfo:
    """Log an estimator to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: the estimator cannot be written in this format, or the store refuses it.
    """
    options = {"format": serialization_format, "predict_fn": pyfunc_predict_fn, "trusted": skops_trusted_types}
    return log(FLAVOR, sk_model, artifact_path, options, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load an estimator.

    Args:
        model_uri: `models:/…`, `runs:/…`, or a folder. dst_path: folder that takes the model's files.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, or it is not trusted.
    """
    return load_native(model_uri, FLAVOR.name, dst_path, trust)


def get_default_pip_requirements(include_cloudpickle: bool = False, include_skops: bool = False) -> List[str]:
    """Return the requirements that every model of this flavor has, pinned to what is installed."""
    return default_pip_requirements(_packages(include_cloudpickle, include_skops))


def get_default_conda_env(include_cloudpickle: bool = False, include_skops: bool = False) -> Dict[str, Any]:
    """Return the conda environment that every model of this flavor has."""
    return default_conda_env(_packages(include_cloudpickle, include_skops))


def _packages(cloudpickle: bool, skops: bool) -> Tuple[str, ...]:
    return (*FLAVOR.packages, *([CLOUDPICKLE] if cloudpickle else []), *([SKOPS] if skops else []))


class SklearnFlavor:
    """How an estimator is written, loaded and asked."""

    name = "sklearn"
    loader_module = "mlflow.sklearn"
    packages = ("sklearn", "numpy", "scipy")

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the estimator's file."""
        import sklearn

        form, predict_fn = options["format"], options["predict_fn"]
        if form not in FILES:
            raise MlplatException(f"serialization_format is one of {', '.join(FILES)}, not {form!r}")
        path = os.path.join(folder, FILES[form])
        trusted: Optional[List[str]] = None
        needs: Tuple[str, ...] = (SKOPS,)
        if form == SKOPS:
            from mlplat.models import skops_file

            trusted = skops_file.write(model, path, options["trusted"])
        else:
            needs = write_pickle(model, path, form)
        fields = {
            "pickled_model": FILES[form],
            "serialization_format": form,
            "sklearn_version": sklearn.__version__,
            "skops_trusted_types": trusted,
        }
        if not callable(getattr(model, predict_fn, None)):  # a scaler: it can be loaded, and not asked
            return Written(fields, None, needs)
        return Written(fields, {"model_path": FILES[form], "predict_fn": predict_fn}, needs)

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the estimator."""
        path = inside(folder, fields.get("pickled_model") or fields.get("model_path"))
        form = fields.get("serialization_format", PICKLE)
        if form == SKOPS:
            from mlplat.models import skops_file

            return skops_file.read(path, trust)
        return read_pickle(path, trust)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> SklearnPredictor:
        """Make the estimator answer."""
        return SklearnPredictor(model, fields.get("predict_fn") or "predict", signature)


class SklearnPredictor:
    """An estimator that answers.

    Args:
        method: its name. signature: says in which order an array's columns are.
    """

    def __init__(self, model: Any, method: str, signature: Optional[ModelSignature]) -> None:
        self._model, self._asked = model, method
        self._method = getattr(model, method, None)
        self._name = f"{type(model).__name__} has no method {method!r}"
        self.takes_arrays = _takes_arrays(model, signature)
        self._quick: Any = None
        self._is_known = False

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what the estimator's method returns; `params` are its keyword arguments."""
        if self._method is None:
            raise MlplatException(f"{self._name}, by which it would answer")
        if type(data).__name__ != "ndarray":
            return self._method(data, **(params or {}))
        answered = None if params else self._quickly(data)
        if answered is not None:
            return answered
        import warnings

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=ORDER_MATTERS)
            return self._method(data, **(params or {}))

    def _quickly(self, data: Any) -> Any:
        """Return the same without scikit-learn's overhead, where there is a way; else None."""
        if not self._is_known:
            from mlplat.models.forest_rows import quick_answer

            self._quick, self._is_known = quick_answer(self._model, self._asked), True
        return None if self._quick is None else self._quick(data)


def _takes_arrays(model: Any, signature: Optional[ModelSignature]) -> bool:
    """Tell whether no part of the estimator looks at the names of columns, other than their order."""
    from mlplat.models.object_graph import parts_of

    names = getattr(model, "feature_names_in_", None)
    schema = None if signature is None else signature.inputs
    if names is not None and schema is not None and list(names) != schema.input_names():
        return False
    named = ("ColumnTransformer", "FunctionTransformer")
    for part in parts_of(model, sys.maxsize):
        owners = [each.__name__ for each in type(part).__mro__]
        package = type(part).__module__.partition(".")[0]
        foreign = "BaseEstimator" in owners and package not in ("sklearn", *BOOSTERS)
        if foreign or any(each in owners for each in named) or (package in BOOSTERS and _has_categories(part)):
            return False
    return True


def _has_categories(part: Any) -> bool:
    """Tell whether a part of XGBoost, LightGBM or CatBoost takes categories, which no array of numbers has."""
    if hasattr(part, "get_cat_feature_indices"):
        return bool(part.is_fitted() and part.get_cat_feature_indices())
    return "c" in (getattr(part, "feature_types", None) or ()) or bool(getattr(part, "pandas_categorical", None))


FLAVOR = SklearnFlavor()

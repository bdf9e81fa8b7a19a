"""LightGBM's models. In: a Booster, or an estimator of its scikit-learn interface. Out: a model's folder, and back.

A Booster is written as LightGBM's own text, an estimator by skops; neither holds code.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from mlplat.autolog_on_demand import autolog_on_demand
from mlplat.exceptions import MlplatException
from mlplat.models.confined import inside
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.flavor import Predictor, Written
from mlplat.models.loading import load_native
from mlplat.models.model import Model
from mlplat.models.pickle_file import PICKLES, read_pickle, write_pickle
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.autologging.lightgbm import autolog as autolog  # noqa: PLC0414 - public
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

SKOPS = "skops"
FEW_ROWS = 256
"""Rows that one thread answers before several have been woken, which on a busy machine takes milliseconds."""
_TEXT_FILE, _SKOPS_FILE, _PICKLE_FILE = "model.lgb", "model.skops", "model.pkl"

if not TYPE_CHECKING:
    __getattr__ = autolog_on_demand("lightgbm")


def save_model(
    lgb_model: Any,
    path: Any,
    *,
    serialization_format: Optional[str] = None,
    skops_trusted_types: Optional[List[str]] = None,
    **given: Any,
) -> Model:
    """Write a model into a new folder.

    Args:
        serialization_format: of an estimator: "skops" unless given, "cloudpickle" or "pickle"; the latter two run
            code when they are loaded. A Booster is always written as text.
        skops_trusted_types: types besides our own list that the stock client is told to load.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it cannot be written in this format, or the folder is not empty.
    """
    options = {"format": serialization_format, "trusted": skops_trusted_types}
    return save(FLAVOR, lgb_model, path, options, given_of(given))


def log_model(
    lgb_model: Any,
    artifact_path: Optional[str] = None,
    *,
    serialization_format: Optional[str] = None,
    skops_trusted_types: Optional[List[str]] = None,
    **given: Any,
) -> ModelInfo:
    """Log a model to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: it cannot be written in this format, or the store refuses it.
    """
    options = {"format": serialization_format, "trusted": skops_trusted_types}
    return log(FLAVOR, lgb_model, artifact_path, options, given_of(given))


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


class LightGBMFlavor:
    """How models of LightGBM are written, read and asked."""

    name = "lightgbm"
    loader_module = "mlflow.lightgbm"
    packages = ("lightgbm",)

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write `model.lgb` of a Booster, `model.skops` or `model.pkl` of an estimator."""
        import lightgbm

        is_booster = isinstance(model, lightgbm.Booster)
        if not is_booster and not isinstance(model, lightgbm.LGBMModel):
            raise MlplatException(f"a {type(model).__name__} is no model of LightGBM: give a Booster or an LGBMModel")
        form, trusted = options.get("format") or SKOPS, None
        needs: Tuple[str, ...] = () if is_booster else ("sklearn",)
        if is_booster:
            file = _TEXT_FILE
            model.save_model(os.path.join(folder, file))
        elif form == SKOPS:
            from mlplat.models import skops_file

            file = _SKOPS_FILE
            trusted = skops_file.write(model, os.path.join(folder, file), options.get("trusted"))
            needs += (SKOPS,)
        elif form in PICKLES:
            file = _PICKLE_FILE
            needs += write_pickle(model, os.path.join(folder, file), form)
        else:
            raise MlplatException(f"serialization_format is one of {', '.join((SKOPS, *PICKLES))}, not {form!r}")
        fields = {
            "data": file,
            "model_class": f"{type(model).__module__}.{type(model).__qualname__}",
            "serialization_format": form,
            "skops_trusted_types": trusted,
            "lgb_version": lightgbm.__version__,
        }
        return Written(fields, {"data": file}, needs)

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load a Booster or an estimator."""
        path = inside(folder, fields.get("data"))
        if path.endswith(".skops"):
            from mlplat.models import skops_file

            return skops_file.read(path, trust)
        # Those who wrote pickles before there was a field for it named them so.
        if path.endswith(".pkl") or fields.get("serialization_format") in PICKLES:
            return read_pickle(path, trust)
        import lightgbm

        return lightgbm.Booster(model_file=path)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make it answer."""
        return LightGBMPredictor(model)


class LightGBMPredictor:
    """A model of LightGBM that answers: probabilities or values of a Booster, classes or values of an estimator."""

    def __init__(self, model: Any) -> None:
        import lightgbm

        self._model = model
        booster = model if isinstance(model, lightgbm.Booster) else model.booster_
        self.takes_arrays = not booster.pandas_categorical
        self._of_array: Callable[..., Any] = model.predict if booster is model else _without_checks(model, booster)

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what its `predict` gives; params are that function's keyword arguments."""
        asked = dict(params or {})
        if len(data) <= FEW_ROWS and not params:
            asked["num_threads"] = 1
        if type(data).__name__ == "ndarray" and data.ndim == 2 and data.dtype.kind == "f" and not params:  # noqa: PLR2004
            return self._of_array(data, **asked)
        return self._model.predict(data, **asked)


def _without_checks(model: Any, booster: Any) -> Callable[..., Any]:
    """Return what gives an estimator's answer to an array of numbers, in a twentieth of the time.

    scikit-learn's checks of one row cost twenty times the trees; LightGBM checks the number of columns itself.
    An estimator that is not LightGBM's own, or has parameters that change how its trees are asked (`pred_early_stop`),
    is asked in full.
    """
    import lightgbm

    in_full: Callable[..., Any] = model.predict
    own = (lightgbm.LGBMClassifier, lightgbm.LGBMRegressor, lightgbm.LGBMRanker)
    if type(model) not in own or callable(model.objective) or any("pred" in name for name in model.get_params()):
        return in_full
    booster_asked: Callable[..., Any] = booster.predict
    if not isinstance(model, lightgbm.LGBMClassifier):
        return booster_asked
    classes = model.classes_

    def classes_of(data: Any, **asked: Any) -> Any:
        found = booster_asked(data, **asked)
        if found.ndim == 1:
            return classes[(found > 1.0 - found).astype(int)]
        return classes[found.argmax(axis=1)]

    return classes_of if len(classes) > 1 else in_full


FLAVOR = LightGBMFlavor()

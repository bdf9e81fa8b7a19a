"""Results of statsmodels. In: what `fit` returned. Out: a pickle, and back from one that is trusted.

statsmodels has no format but pickle: a result holds its model, the data and design of it, and classes of any module.
So a file that somebody else wrote is loaded only by a caller who trusts it.
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
from mlplat.models.pickle_file import modules_named
from mlplat.models.recording import log
from mlplat.models.saving import given_of, save

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

_FILE = "model.statsmodels"


def save_model(statsmodels_model: Any, path: Any, *, remove_data: bool = False, **given: Any) -> Model:
    """Write a result into a new folder.

    Args:
        remove_data: leave out what grows with the number of rows that it was fitted on.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is no result of statsmodels, or the folder is not empty.
    """
    return save(FLAVOR, statsmodels_model, path, {"remove_data": remove_data}, given_of(given))


def log_model(
    statsmodels_model: Any, artifact_path: Optional[str] = None, *, remove_data: bool = False, **given: Any
) -> ModelInfo:
    """Log a result to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: it is no result of statsmodels, or the store refuses it.
    """
    return log(FLAVOR, statsmodels_model, artifact_path, {"remove_data": remove_data}, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a result.

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


class StatsmodelsFlavor:
    """How results of statsmodels are written, read and asked."""

    name = "statsmodels"
    loader_module = "mlflow.statsmodels"
    packages = ("statsmodels",)

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write `model.statsmodels`.

        Args:
            options: remove_data: True leaves out what grows with the number of training rows.
        """
        import statsmodels

        if not hasattr(model, "save") or not hasattr(model, "predict"):
            raise MlplatException(f"a {type(model).__name__} is no result of statsmodels: give what fit() returned")
        path = os.path.join(folder, _FILE)
        model.save(path, remove_data=bool(options.get("remove_data")))
        fields = {"data": _FILE, "statsmodels_version": statsmodels.__version__}
        return Written(fields, {"data": _FILE}, modules_named(path))

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load a result."""
        path = inside(folder, fields.get("data"))
        with trust.opened(path, "statsmodels saves nothing but pickles") as file:
            from statsmodels.iolib.smpickle import load_pickle

            return load_pickle(file)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make it answer."""
        from statsmodels.tsa.base.tsa_model import TimeSeriesModel

        return TimeSeriesPredictor(model) if isinstance(model.model, TimeSeriesModel) else ResultPredictor(model)


class ResultPredictor:
    """A result, which answers the expected value of each row."""

    takes_arrays = False  # A formula needs names, and a Series is what MLflow answers for a data frame.

    def __init__(self, result: Any) -> None:
        self._result = result

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what its `predict` gives; params are that function's keyword arguments."""
        return self._result.predict(data, **(params or {}))


class TimeSeriesPredictor:
    """A result over a time series, which answers the values from one moment to another."""

    takes_arrays = False

    def __init__(self, result: Any) -> None:
        self._result = result

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return the values from `start` to `end`.

        Args:
            data: a data frame of one row, with the columns `start` and `end`: positions or dates of the series.
        """
        if len(data) != 1 or not {"start", "end"} <= set(getattr(data, "columns", ())):
            raise MlplatException("a time series is asked by one row with the columns 'start' and 'end'")
        return self._result.predict(start=data["start"].iloc[0], end=data["end"].iloc[0], **(params or {}))


FLAVOR = StatsmodelsFlavor()

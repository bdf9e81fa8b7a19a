"""Any model as one that answers. In: an address, then data. Out: predictions; other data is refused."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.address import fetch
from mlplat.models.enforcement import enforce_params, enforce_schema
from mlplat.models.example import load_example
from mlplat.models.from_code import config_of
from mlplat.models.loading import LoadedPredictor, load_predictor
from mlplat.models.model import PYFUNC, Model
from mlplat.models.trust import Trust


class PyFuncModel:
    """A loaded model of any flavor.

    Args:
        loaded: the model as `mlplat.models.loading.load_predictor` returns it.
    """

    def __init__(self, loaded: LoadedPredictor) -> None:
        self.loaded = loaded

    @property
    def metadata(self) -> Model:
        """What its MLmodel file says."""
        return self.loaded.described

    @property
    def model_id(self) -> Optional[str]:
        """The id of the logged model; None of one that was only saved."""
        return self.metadata.model_id

    @property
    def loader_module(self) -> Optional[str]:
        """The module that loads it in MLflow, such as `mlflow.sklearn`."""
        found: Optional[str] = self.metadata.flavors.get(PYFUNC, {}).get("loader_module")
        return found

    @property
    def input_example(self) -> Any:
        """The input example that it was logged with, None without one."""
        stored = load_example(self.loaded.folder, self.metadata.saved_input_example_info)
        return None if stored is None else stored[0]

    @property
    def model_config(self) -> Dict[str, Any]:
        """The configuration that it was loaded with."""
        context = getattr(self.loaded.native, "context", None)
        return dict(getattr(context, "model_config", {}))

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Ask the model.

        Args:
            data: as its signature says: a data frame, an array, a dict, a list. params: by name; the signature's
                defaults unless given.

        Raises:
            MlplatException: the data or a parameter is not what the signature says; the message names it.
        """
        return self.loaded.predict(*self._checked(data, params))

    def predict_stream(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Iterator[Any]:
        """Ask a model of own code that answers in parts.

        Raises:
            MlplatException: it does not, or the data is not what the signature says.
        """
        stream = getattr(self.loaded.answering, "predict_stream", None)
        if stream is None:
            raise MlplatException("the model answers at once, not in parts")
        parts: Iterator[Any] = stream(*self._checked(data, params))
        return parts

    def _checked(self, data: Any, params: Optional[Dict[str, Any]]) -> Any:
        signature = self.loaded.signature
        known = enforce_params(params, None if signature is None else signature.params)
        by_hint = getattr(self.loaded.answering, "hint", None) is not None
        schema = None if signature is None or by_hint else signature.inputs
        return enforce_schema(data, schema), known or None

    def unwrap_python_model(self) -> Any:
        """Return the PythonModel inside.

        Raises:
            MlplatException: it is no model of own code.
        """
        found = getattr(self.loaded.native, "python_model", None)
        if found is None:
            raise MlplatException("the model is a framework's, not one of own code: get_raw_model() returns it")
        return getattr(found, "function", found)

    def get_raw_model(self) -> Any:
        """Return the framework's own model, or the PythonModel."""
        return getattr(self.loaded.native, "python_model", self.loaded.native)

    def __repr__(self) -> str:
        known = {
            "artifact_path": self.metadata.artifact_path,
            "flavor": self.loader_module,
            "run_id": self.metadata.run_id,
        }
        lines = [f"  {name}: {value}\n" for name, value in known.items() if value is not None]
        return "".join(["mlplat.pyfunc.loaded_model:\n", *lines])


def load_model(
    model_uri: Any,
    suppress_warnings: bool = False,
    dst_path: Optional[str] = None,
    model_config: Any = None,
    *,
    trust: bool = False,
) -> PyFuncModel:
    """Load a model of any flavor as one that answers.

    Args:
        model_uri: `models:/…`, `runs:/…`, or a folder.
        suppress_warnings: accepted for MLflow's sake.
        dst_path: folder that takes the model's files.
        model_config: values that count before those that a model of own code was saved with; a dict, or the path of a
            YAML file.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, nobody knows how to ask it, or it is not trusted.
    """
    folder = fetch(model_uri, dst_path)
    return PyFuncModel(load_predictor(folder, Trust(trust), config_of(model_config)))

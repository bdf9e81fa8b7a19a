"""Models of own code, and any model as one that answers. In: a PythonModel, a function, an address. Out: models.

Every flavor's model has a `python_function` entry, so `load_model` here loads them all, and checks what they are asked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.models.default_environment import default_conda_env, default_pip_requirements
from mlplat.models.environment import CONDA, REQUIREMENTS
from mlplat.models.from_code import config_of, run_file
from mlplat.models.model import Model
from mlplat.models.recording import log
from mlplat.models.saving import Given, given_of, save
from mlplat.pyfunc.flavor import FLAVOR, BoundModel, LoaderModel, python_model_of
from mlplat.pyfunc.hints import hints_of, schema_of_hint
from mlplat.pyfunc.loaded import PyFuncModel, load_model
from mlplat.pyfunc.model import PythonModel, PythonModelContext

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo

ENVIRONMENT_FILES = {"pip": REQUIREMENTS, "conda": CONDA}

__all__ = [
    "FLAVOR",
    "PyFuncModel",
    "PythonModel",
    "PythonModelContext",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "get_model_dependencies",
    "load_model",
    "log_model",
    "save_model",
]


def save_model(
    path: Any,
    loader_module: Optional[str] = None,
    data_path: Optional[str] = None,
    *,
    python_model: Any = None,
    artifacts: Optional[Dict[str, Any]] = None,
    model_config: Any = None,
    streamable: Optional[bool] = None,
    **given: Any,
) -> Model:
    """Write a model of own code into a new folder.

    Args:
        path: of the folder.
        loader_module: a module, brought along in `code_paths` or installed, whose `_load_pyfunc(data_path)` returns an
            object with a `predict`; instead of python_model. data_path: the file or folder that it reads.
        python_model: a PythonModel, a function, a class or object with a `predict`, or the path of a file of Python
            that says which object is the model by `mlplat.models.set_model`. What is no file is kept by cloudpickle.
        artifacts: paths or addresses of files that the model wants, by name; copies of them travel along.
        model_config: a dict of plain values, or the path of a YAML file, for the model's context.
        streamable: whether it has a `predict_stream`; seen unless given.
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: there is no model, or two, or it cannot be written.
    """
    if loader_module is not None:
        return save(FLAVOR, _loaded_by(loader_module, data_path, python_model), path, {}, given_of(given))
    bound, options, known = _prepared(python_model, artifacts, model_config, streamable, given_of(given))
    return save(FLAVOR, bound, path, options, known)


def log_model(
    artifact_path: Optional[str] = None,
    loader_module: Optional[str] = None,
    data_path: Optional[str] = None,
    *,
    python_model: Any = None,
    artifacts: Optional[Dict[str, Any]] = None,
    model_config: Any = None,
    streamable: Optional[bool] = None,
    **given: Any,
) -> ModelInfo:
    """Log a model of own code to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: there is no model, or two, it cannot be written, or the store refuses it.
    """
    if loader_module is not None:
        return log(FLAVOR, _loaded_by(loader_module, data_path, python_model), artifact_path, {}, given_of(given))
    bound, options, known = _prepared(python_model, artifacts, model_config, streamable, given_of(given))
    return log(FLAVOR, bound, artifact_path, options, known)


def get_model_dependencies(model_uri: Any, format: str = "pip") -> str:
    """Return the path of the file that says what a model needs.

    Args:
        format: "pip" for its requirements.txt, "conda" for its conda.yaml.

    Raises:
        MlplatException: there is no such model, or it has no such file.
    """
    from mlplat.models.address import fetch
    from mlplat.models.confined import inside

    if format not in ENVIRONMENT_FILES:
        raise MlplatException(f"format is one of {', '.join(ENVIRONMENT_FILES)}, not {format!r}")
    return inside(fetch(model_uri), ENVIRONMENT_FILES[format])


def get_default_pip_requirements() -> List[str]:
    """Return the requirements that every pickled model of own code has, pinned to what is installed."""
    return default_pip_requirements(("cloudpickle",))


def get_default_conda_env() -> Dict[str, Any]:
    """Return the conda environment that every pickled model of own code has."""
    return default_conda_env(("cloudpickle",))


def _loaded_by(loader_module: str, data_path: Optional[str], python_model: Any) -> LoaderModel:
    if python_model is not None:
        raise MlplatException("a model of own code is given by python_model or by loader_module, not by both")
    return LoaderModel(loader_module, data_path)


def _prepared(
    python_model: Any, artifacts: Optional[Dict[str, Any]], model_config: Any, streamable: Optional[bool], given: Given
) -> Tuple[BoundModel, Dict[str, Any], Given]:
    """Return the model, what only this flavor understands, and what every flavor does."""
    if python_model is None:
        raise MlplatException("a model of own code is given by python_model, or by loader_module")
    config = config_of(model_config)
    bound = _bound(python_model, config)
    if streamable is None:
        streamable = getattr(type(bound.python_model), "predict_stream", None) is not PythonModel.predict_stream
    options = {"artifacts": artifacts, "config": config, "streamable": streamable}
    return bound, options, _with_hints(bound, given)


def _bound(given: Any, config: Dict[str, Any]) -> BoundModel:
    context = PythonModelContext({}, config)
    if not isinstance(given, (str, os.PathLike)):
        return BoundModel(python_model_of(given), context)
    path = os.path.abspath(os.fspath(given))
    if not path.endswith(".py"):
        raise MlplatException(f"python_model={os.fspath(given)!r}: a model from code is a file of Python, *.py")
    made = run_file(path, config)
    return BoundModel(python_model_of(made.model), context, path, vars(made.module))


def _with_hints(bound: BoundModel, given: Given) -> Given:
    """Take the signature from the type hints of the model's code where nobody gave another."""
    from mlplat.models.schema import ColSpec, Schema
    from mlplat.models.signature import ModelSignature

    model = bound.python_model
    taken, answered = hints_of(getattr(model, "function", None) or model.predict)
    if taken is None or given.signature is not None:
        return given
    described = given.mlflow_model or Model()
    described.others["is_signature_from_type_hint"] = True
    outputs = schema_of_hint(answered) or Schema([ColSpec("any")])
    return given._replace(signature=ModelSignature(schema_of_hint(taken), outputs), mlflow_model=described)

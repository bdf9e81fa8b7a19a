"""Models of own code as a flavor. In: a PythonModel, a file of Python, or a loader's module and its data. Out: a model.

`python_model.pkl` is a model that was an object, `*.py` one from code, `data/` what a loader's module reads. All of
them run code: they are loaded only where they are trusted.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.models.code_import import add_code
from mlplat.models.confined import inside
from mlplat.models.flavor import Predictor, Written
from mlplat.models.from_code import run_file
from mlplat.models.model import PYFUNC
from mlplat.pyfunc.calling import called_with
from mlplat.pyfunc.hints import as_hinted, hints_of
from mlplat.pyfunc.model import PythonModel, PythonModelContext
from mlplat.pyfunc.pickled import dump, load, model_of
from mlplat.pyfunc.stand_in import standing_in

if TYPE_CHECKING:
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

PICKLE = "python_model.pkl"
ARTIFACTS, DATA = "artifacts", "data"
OBJECT_LOADER, CODE_LOADER = "mlflow.pyfunc.model", "mlflow.pyfunc.loaders.code_model"
STOCK_LOADERS = "mlflow.pyfunc."
REMOTE = ("runs:/", "models:/", "mlflow-artifacts:/")


class BoundModel:
    """A model of own code with its context.

    Args:
        python_model: a PythonModel. context: what it finds where it is.
        code_path: the file that made it, where one did. parts: further objects that it consists of.

    Attributes:
        is_fresh: it has just been written, and not been loaded again.
    """

    def __init__(
        self, python_model: PythonModel, context: PythonModelContext, code_path: Optional[str] = None, parts: Any = None
    ) -> None:
        self.python_model = python_model
        self.context = context
        self.code_path = code_path
        self.parts = parts
        self.is_fresh = False

    def ready(self) -> BoundModel:
        """Let the model read its artifacts."""
        with standing_in():
            self.python_model.load_context(self.context)
        return self


class LoaderModel:
    """A model that a module of the user's own loads.

    Args:
        loader_module: its name. data_path: what it is given to read, or None.
    """

    def __init__(self, loader_module: str, data_path: Optional[str]) -> None:
        self.loader_module = loader_module
        self.data_path = data_path
        self.folder = ""


def python_model_of(given: Any) -> PythonModel:
    """Return what a caller calls a model as a PythonModel.

    Raises:
        MlplatException: it cannot be asked.
    """
    if isinstance(given, type):
        given = given()
    stock = any(
        base.__module__.startswith("mlflow.") and base.__name__ == "PythonModel" for base in type(given).__mro__
    )
    if isinstance(given, PythonModel) or stock:
        found: PythonModel = given
        return found
    if callable(getattr(given, "predict", None)):
        return model_of(given.predict)
    if callable(given):
        return model_of(given)
    raise MlplatException(
        f"python_model is a PythonModel, a function, an object with a `predict`, or the path of a file, not a "
        f"{type(given).__name__}"
    )


class PyfuncFlavor:
    """How a model of own code is written, loaded and asked."""

    name = PYFUNC
    loader_module = OBJECT_LOADER
    packages: Tuple[str, ...] = ()

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write a `BoundModel` or a `LoaderModel`."""
        if isinstance(model, LoaderModel):
            return _write_loader(model, folder)
        fields: Dict[str, Any] = {}
        artifacts = _write_artifacts(options.get("artifacts") or {}, folder)
        if artifacts:
            fields["artifacts"] = artifacts
        if options.get("config"):
            fields["config"] = options["config"]
        fields["streamable"] = bool(options.get("streamable"))
        packages: Tuple[str, ...] = ()
        if model.code_path is None:
            fields["python_model"] = PICKLE
            fields["cloudpickle_version"] = dump(model.python_model, os.path.join(folder, PICKLE))
            packages = ("cloudpickle",)
        else:
            name = os.path.basename(model.code_path)
            shutil.copyfile(model.code_path, os.path.join(folder, name))
            fields.update(model_code_path=name, loader_module=CODE_LOADER)
        model.context = _context(folder, fields)
        model.is_fresh = True
        return Written(fields, {}, packages)

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load a `BoundModel`, or what a loader's module returns."""
        loader = str(fields.get("loader_module"))
        if loader == CODE_LOADER and fields.get("model_code_path"):
            path = inside(folder, os.path.basename(str(fields["model_code_path"]).replace("\\", "/")))
            trust.require(path, "it is Python code of the model")
            context = _trusted_context(folder, fields, trust)
            made = run_file(path, context.model_config)
            return BoundModel(python_model_of(made.model), context, path).ready()
        if loader == OBJECT_LOADER:
            path = inside(folder, fields.get("python_model"))
            context = _trusted_context(folder, fields, trust)
            return BoundModel(load(path, trust), context).ready()
        if loader.startswith(STOCK_LOADERS):
            raise MlplatException(f"models that {loader} loads are not known here")
        return _by_loader(loader, folder, fields, trust)

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make the model answer."""
        if isinstance(model, LoaderModel):
            from mlplat.models.trust import Trust

            if fields.get("code"):
                add_code(inside(model.folder, fields["code"]))
            model = _by_loader(model.loader_module, model.folder, fields, Trust(given=True))
        predictor = PythonPredictor(model.ready() if getattr(model, "is_fresh", False) else model)
        return FreshPredictor(predictor) if getattr(model, "is_fresh", False) else predictor


class PythonPredictor:
    """A model of own code that answers.

    Args:
        model: a `BoundModel`, or any object with a `predict`.
    """

    takes_arrays = False

    def __init__(self, model: Any) -> None:
        bound = isinstance(model, BoundModel)
        self._model = model.python_model if bound else model
        self._context = model.context if bound else None
        self.hint = hints_of(getattr(self._model, "function", None) or self._model.predict)[0] if bound else None

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what the model's `predict` returns."""
        with standing_in():
            return called_with(self._model.predict, self._context, as_hinted(data, self.hint), params)

    def predict_stream(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Yield what the model's `predict_stream` yields."""
        with standing_in():
            yield from called_with(self._model.predict_stream, self._context, as_hinted(data, self.hint), params)


class FreshPredictor:
    """A model that has just been written: it gets its example as it will get data when it is loaded again."""

    takes_arrays = False

    def __init__(self, predictor: PythonPredictor) -> None:
        self._predictor = predictor

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return what the model's `predict` returns for data that a signature inferred from it lets through."""
        from mlplat.models.enforcement import enforce_schema
        from mlplat.models.inference import schema_of

        known = data if self._predictor.hint is not None else enforce_schema(data, schema_of(data))
        return self._predictor.predict(known, params)


def _write_loader(model: LoaderModel, folder: str) -> Written:
    model.folder = folder
    fields: Dict[str, Any] = {"loader_module": model.loader_module, "streamable": False}
    if model.data_path is not None:
        source = os.path.abspath(os.fspath(model.data_path))
        if not os.path.exists(source):
            raise MlplatException(f"there is no file or folder {model.data_path}")
        name = os.path.basename(source) if os.path.isfile(source) else ""
        target = os.path.join(folder, DATA, name) if name else os.path.join(folder, DATA)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        (shutil.copyfile if name else shutil.copytree)(source, target)
        fields["data"] = f"{DATA}/{name}" if name else DATA
    return Written(fields, {})


def _write_artifacts(artifacts: Dict[str, Any], folder: str) -> Dict[str, Dict[str, str]]:
    """Copy what a model wants to find, from this machine or a store; return where each lies."""
    found: Dict[str, Dict[str, str]] = {}
    for number, (name, uri) in enumerate(sorted(artifacts.items())):
        source = _local(str(uri), os.path.join(folder, ARTIFACTS, f".{number}"))
        base = os.path.basename(source.rstrip("/"))
        place = f"{ARTIFACTS}/{base}"
        if any(each["path"] == place for each in found.values()):
            place = f"{ARTIFACTS}/{number}/{base}"
        target = os.path.join(folder, *place.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        (shutil.copytree if os.path.isdir(source) else shutil.copyfile)(source, target)
        found[str(name)] = {"path": place, "uri": str(uri)}
        shutil.rmtree(os.path.join(folder, ARTIFACTS, f".{number}"), ignore_errors=True)
    return found


def _local(uri: str, folder: str) -> str:
    """Return the path of what an address names, brought into the folder where it is not on this machine."""
    if uri.startswith(REMOTE) or ("://" in uri and not uri.startswith("file:")):
        from mlplat.artifacts import download_artifacts

        os.makedirs(folder)
        return download_artifacts(uri, dst_path=folder)
    from urllib.parse import unquote, urlsplit

    path = unquote(urlsplit(uri).path) if uri.startswith("file:") else os.path.abspath(uri)
    if not os.path.exists(path):
        raise MlplatException(f"there is no file or folder {uri}")
    return path


def _context(folder: str, fields: Dict[str, Any]) -> PythonModelContext:
    artifacts = fields.get("artifacts") or {}
    config = fields.get("config") or {}
    if not isinstance(artifacts, dict) or not all(isinstance(each, dict) for each in artifacts.values()):
        raise MlplatException(f"the artifacts of the model {folder} are no mapping of names to paths")
    if not isinstance(config, dict):
        raise MlplatException(f"the config of the model {folder} is no mapping")
    return PythonModelContext(
        {str(name): inside(folder, each.get("path")) for name, each in artifacts.items()}, dict(config)
    )


def _trusted_context(folder: str, fields: Dict[str, Any], trust: Trust) -> PythonModelContext:
    """Return a model's context if its files are trusted: its code may well unpickle them."""
    context = _context(folder, fields)
    for path in context.artifacts.values():
        trust.require(path, "code of the model reads it")
    return context


def _by_loader(loader: str, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
    """Load a model by a module of its own, which is in its code or installed here."""
    data = inside(folder, fields["data"]) if fields.get("data") else folder
    _check_name(loader)
    trust.require(data, f"it is read by the module {loader!r} that the model names")
    from importlib import import_module

    with standing_in():
        try:
            load_pyfunc = import_module(loader)._load_pyfunc
        except (ImportError, AttributeError) as error:
            raise MlplatException(f"the module {loader!r}, which loads the model, cannot: {error}") from error
        return load_pyfunc(data)


def _check_name(loader: str) -> None:
    parts: List[str] = loader.split(".")
    if not all(part.isidentifier() for part in parts):
        raise MlplatException(f"the model names {loader!r}, which is no module, as what loads it")


FLAVOR = PyfuncFlavor()

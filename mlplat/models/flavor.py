"""What a kind of model must know of itself. In: a native model, or its folder. Out: files, or a native model.

A flavor is one module with a `FLAVOR` that has these methods; the rest (signature, example, environment, MLmodel, the
way into the store and out of it) is the same for all of them. One of another package is found by the entry point group
`mlplat.flavors`: its name there is the flavor's, and what it names has these methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, NamedTuple, Optional, Protocol, Tuple

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.signature import ModelSignature
    from mlplat.models.trust import Trust

GROUP = "mlplat.flavors"
STOCK = "mlflow."
BUILT_IN = {
    "catboost": "catboost",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "onnx": "onnx",
    "python_function": "pyfunc",
    "pytorch": "pytorch",
    "sentence_transformers": "sentence_transformers",
    "sklearn": "sklearn",
    "spacy": "spacy",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "transformers": "transformers",
    "xgboost": "xgboost",
}
"""The module of each flavor that we have, below `mlplat`."""


_PARTS = ("name", "loader_module", "packages", "write", "read", "predictor")


class Written(NamedTuple):
    """What a flavor put into a model's folder.

    Attributes:
        fields: the flavor's own entry in MLmodel, MLflow's keys.
        pyfunc: of the entry `python_function`: model_path, data, predict_fn …; loader_module, env and python_version
            are added by `mlplat.models.saving`. None for a model that can be loaded, but not asked.
        packages: import names of what this model needs besides the flavor's own, such as what its file is written by.
    """

    fields: Dict[str, Any]
    pyfunc: Optional[Dict[str, Any]]
    packages: Tuple[str, ...] = ()


class Predictor(Protocol):
    """A loaded model that answers."""

    @property
    def takes_arrays(self) -> bool:
        """Whether a 2-D array in the order of the signature's columns gives what a data frame gives, without pandas."""
        ...

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return the model's outputs for data that already is as the signature says."""
        ...


class Flavor(Protocol):
    """A kind of model."""

    @property
    def name(self) -> str:
        """Its key in MLmodel's flavors."""
        ...

    @property
    def loader_module(self) -> str:
        """The module by which the stock client loads it, such as `mlflow.sklearn`."""
        ...

    @property
    def packages(self) -> Tuple[str, ...]:
        """Import names that every model of it needs."""
        ...

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write the model's own files into a folder that is there and empty.

        Args:
            options: what the caller of `save_model` said besides what all flavors understand.
        """
        ...

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the native model.

        Args:
            fields: its entry in MLmodel, and what only the entry `python_function` has.
        """
        ...

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make a native model answer."""
        ...


def find_flavor(name: str) -> Flavor:
    """Return a flavor by its key in MLmodel's flavors; MlplatException when there is none."""
    from importlib import import_module

    if name in BUILT_IN:
        try:
            built_in: Flavor = import_module(f"mlplat.{BUILT_IN[name]}").FLAVOR
        except ModuleNotFoundError as error:
            raise MlplatException(f"models of the flavor {name!r} are not there yet: {error}") from error
        return built_in
    for entry_point in _entry_points():
        if entry_point.name == name:
            return _load(entry_point)
    raise MlplatException(f"there is no flavor {name!r}; another package may bring it by an entry point in {GROUP!r}")


def flavor_of_loader(loader_module: str) -> Flavor:
    """Return the flavor that loads what a `python_function` entry names.

    One that nobody claims is a module that loads the model itself: the flavor `python_function` knows what to do.
    A package whose flavor cannot be imported claims none: it does not keep other models from being loaded.
    """
    module = loader_module.partition(".model")[0]
    name = module[len(STOCK) :] if module.startswith(STOCK) else ""
    if name in BUILT_IN:
        return find_flavor(name)
    for entry_point in () if name == "pyfunc" else _entry_points():
        try:
            found = _load(entry_point)
        except MlplatException:
            continue
        if found.loader_module == loader_module:
            return found
    return find_flavor("python_function")


def _load(entry_point: Any) -> Flavor:
    try:
        found: Flavor = entry_point.load()
    except Exception as error:
        raise MlplatException(
            f"the flavor {entry_point.name!r} cannot be imported from {entry_point.value}: {error}"
        ) from error
    missing = [each for each in _PARTS if not hasattr(found, each)]
    if missing:
        raise MlplatException(f"the flavor {entry_point.name!r}, {entry_point.value}, has no {missing[0]}")
    return found


def _entry_points() -> Tuple[Any, ...]:
    from importlib import metadata

    found: Any = metadata.entry_points()
    return tuple(found.select(group=GROUP) if hasattr(found, "select") else found.get(GROUP, ()))

"""Loading a model. In: an address or a folder, whether it is trusted. Out: a native model, or one that answers."""

from __future__ import annotations

import os
from typing import Any, Dict, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.address import fetch
from mlplat.models.code_import import add_code
from mlplat.models.confined import inside
from mlplat.models.flavor import Flavor, Predictor, find_flavor, flavor_of_loader
from mlplat.models.model import FILE_NAME, PYFUNC, Model, read_file
from mlplat.models.signature import ModelSignature
from mlplat.models.trust import Trust

REASON_CHARACTERS = 500


class LoadedPredictor:
    """A model that answers, and what is known of it.

    Attributes:
        native: the framework's own model. described: its MLmodel. folder: where its files lie.
        signature: None where it has none. takes_arrays: see `Predictor`. answering: what the flavor made of it.
    """

    def __init__(self, native: Any, answering: Predictor, described: Model, folder: str) -> None:
        self.native = native
        self.described = described
        self.folder = folder
        self.signature: Optional[ModelSignature] = described.signature
        self.takes_arrays = answering.takes_arrays
        self.answering = answering

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return the model's outputs for data that already is as the signature says."""
        return self.answering.predict(data, params)


def load_native(model_uri: Any, flavor_name: str, dst_path: Optional[str] = None, trust: bool = False) -> Any:
    """Load the framework's own model from an address.

    Args:
        flavor_name: its key in MLmodel's flavors, such as "sklearn".
        dst_path: folder that takes the model's files; a cache unless given.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model, it has not this flavor, or it is not trusted.
    """
    folder = fetch(model_uri, dst_path)
    described = read_file(os.path.join(folder, FILE_NAME))
    if flavor_name not in described.flavors:
        has = ", ".join(sorted(described.flavors)) or "none"
        raise MlplatException(f"the model {model_uri} has no flavor {flavor_name!r}; it has: {has}")
    fields = {**described.flavors.get(PYFUNC, {}), **described.flavors[flavor_name]}
    return _read(find_flavor(flavor_name), folder, fields, Trust(trust))


def load_predictor(folder: str, trust: Trust, config: Optional[Dict[str, Any]] = None) -> LoadedPredictor:
    """Load a model from its folder as one that answers, by its entry `python_function`.

    Args:
        config: values that count before those that a model of own code was saved with.

    Raises:
        MlplatException: it has no such entry, no flavor knows it, or it is not trusted.
    """
    described = read_file(os.path.join(folder, FILE_NAME))
    pyfunc = described.flavors.get(PYFUNC)
    if pyfunc is None or not isinstance(pyfunc.get("loader_module"), str):
        raise MlplatException(f"the model {folder} has no flavor {PYFUNC}: it can be loaded, but not asked")
    flavor = flavor_of_loader(pyfunc["loader_module"])
    fields = {**pyfunc, **described.flavors.get(flavor.name, {})}
    if config:
        fields["config"] = {**(fields.get("config") or {}), **config}
    native = _read(flavor, folder, fields, trust)
    return LoadedPredictor(native, flavor.predictor(native, fields, described.signature), described, folder)


def _read(flavor: Flavor, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
    if fields.get("code"):
        code = inside(folder, fields["code"])
        trust.require(code, "it is Python code of the model")
        add_code(code)
    try:
        return flavor.read(folder, fields, trust)
    except (MlplatException, ImportError):
        raise
    except Exception as error:  # a framework's own, of a file that is damaged or not what its name says
        reason = " ".join(str(error).split())[:REASON_CHARACTERS]
        raise MlplatException(f"the model {folder} cannot be loaded: {type(error).__name__}: {reason}") from error

"""spaCy's pipelines. In: a `spacy.Language`. Out: its own folder format, and back.

The folder's `config.cfg` names the functions that build the pipeline. spaCy's own build what the folder holds and
nothing else; a function of another package, one that reads further files or one whose weights are a pickle is called
only for a folder that is trusted.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple

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

_FOLDER = "model.spacy"
_OWN = ("spacy.", "spacy_legacy.", "thinc.")
"""Packages whose functions may build a pipeline."""
_KINDS = ("architectures", "factories", "initializers", "layers", "misc", "scorers", "tokenizers", "vectors")
"""Kinds of functions that build parts; the others read files or change the pipeline at will."""
_READS_FILES = ("spacy.KBFromFile.v1",)
_PICKLED = ("torch", "mxnet", "tensorflow")
"""In the names of functions whose weights are a pickle."""


def save_model(spacy_model: Any, path: Any, **given: Any) -> Model:
    """Write a pipeline into a new folder.

    Args:
        given: what every flavor understands; see `mlplat.models.saving.Given`.

    Raises:
        MlplatException: it is no pipeline of spaCy, or the folder is not empty.
    """
    return save(FLAVOR, spacy_model, path, {}, given_of(given))


def log_model(spacy_model: Any, artifact_path: Optional[str] = None, **given: Any) -> ModelInfo:
    """Log a pipeline to the active run, or to no run where none is active.

    Args:
        artifact_path: MLflow's earlier name for `name`. The others are as in `save_model`.

    Raises:
        MlplatException: it is no pipeline of spaCy, or the store refuses it.
    """
    return log(FLAVOR, spacy_model, artifact_path, {}, given_of(given))


def load_model(model_uri: Any, dst_path: Optional[str] = None, *, trust: bool = False) -> Any:
    """Load a pipeline.

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


class SpacyFlavor:
    """How pipelines of spaCy are written, read and asked."""

    name = "spacy"
    loader_module = "mlflow.spacy"
    packages = ("spacy",)

    def write(self, model: Any, folder: str, options: Dict[str, Any]) -> Written:
        """Write `model.spacy/`."""
        import spacy

        if not isinstance(model, spacy.Language):
            raise MlplatException(f"a {type(model).__name__} is no pipeline of spaCy")
        model.to_disk(os.path.join(folder, _FOLDER))
        fields = {"data": _FOLDER, "spacy_version": spacy.__version__}
        # As with MLflow, a pipeline that sorts no texts into categories can be loaded, but not asked.
        return Written(fields, {"data": _FOLDER} if _categorizes(model) else None)

    def read(self, folder: str, fields: Dict[str, Any], trust: Trust) -> Any:
        """Load the pipeline."""
        import spacy

        path = inside(folder, fields.get("data"))
        foreign = _foreign(path)
        if foreign is not None:
            trust.require(path, f"its config.cfg names {foreign}, which is not among what builds a pipeline safely")
        try:
            return spacy.load(path)
        except Exception as error:
            raise MlplatException(f"{path} cannot be loaded: {error}") from error

    def predictor(self, model: Any, fields: Dict[str, Any], signature: Optional[ModelSignature]) -> Predictor:
        """Make the pipeline answer."""
        return TextCategories(model)


class TextCategories:
    """A pipeline that answers how much each text is of each category."""

    takes_arrays = False  # The answer is a data frame, so pandas is needed anyhow.

    def __init__(self, model: Any) -> None:
        self._model = model

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return a data frame whose column `predictions` maps each category to its share.

        Args:
            data: a data frame of one column, the texts.
        """
        import pandas

        if getattr(data, "ndim", 0) != 2 or data.shape[1] != 1:  # noqa: PLR2004 - rows and columns
            raise MlplatException("a pipeline of spaCy is asked by one column, the texts")
        texts = data.iloc[:, 0] if hasattr(data, "iloc") else [row[0] for row in data]
        # What spaCy says of a text without words depends on the others of its batch; by itself it does not.
        docs = ((each if len(each) else self._model(each.text)) for each in self._model.pipe(texts))
        return pandas.DataFrame({"predictions": [each.cats for each in docs]})


def _categorizes(model: Any) -> bool:
    from spacy.pipeline import TextCategorizer

    return any(isinstance(part, TextCategorizer) for _, part in model.pipeline)


def _foreign(path: str) -> Optional[str]:
    """Return the first function that a pipeline's configuration names and that is not harmless, or None."""
    from spacy.util import load_config

    try:
        config = load_config(os.path.join(path, "config.cfg"), interpolate=True)
    except Exception as error:
        raise MlplatException(f"{path} is no pipeline of spaCy: {error}") from error
    # Only these two sections are resolved when a pipeline is loaded.
    for kind, name in _references({key: config.get(key) for key in ("nlp", "components")}):
        if not _is_harmless(kind, name):
            return f"{kind} {name!r}"
    return None


def _references(section: Any) -> Iterator[Tuple[str, str]]:
    """Yield the registry and the name of each function that a section of a configuration names."""
    if isinstance(section, dict):
        for key, value in section.items():
            if key in ("factory", "source") and isinstance(value, str):
                yield ("factories" if key == "factory" else key), value
            elif key.startswith("@"):
                yield key[1:], str(value)
            yield from _references(value)
    elif isinstance(section, (list, tuple)):
        for each in section:
            yield from _references(each)


def _is_harmless(kind: str, name: str) -> bool:
    if kind not in _KINDS or name in _READS_FILES or any(each in name.lower() for each in _PICKLED):
        return False
    from catalogue import RegistryError
    from spacy.util import registry

    try:
        return str(registry.find(kind, name).get("module")).startswith(_OWN)
    except RegistryError:  # what is not there cannot be called, and spaCy says best what is missing
        return True


FLAVOR = SpacyFlavor()

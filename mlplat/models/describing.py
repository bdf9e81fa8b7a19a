"""A model's description, changed afterwards. In: its address, a signature. Out: its MLmodel file, written anew."""

from __future__ import annotations

import io
import os
from typing import Any

from mlplat.exceptions import MlplatException
from mlplat.models.address import MODEL_ID, MODELS, local_folder, resolve
from mlplat.models.model import FILE_NAME, Model
from mlplat.models.signature import ModelSignature


def set_signature(model_uri: Any, signature: ModelSignature) -> None:
    """Say what a model that was logged, or saved into a folder, takes and gives; its files stay as they are.

    Args:
        model_uri: `models:/<model id>`, `runs:/<run>/<path>`, or a folder of this machine.

    Raises:
        MlplatException: it is a version of a registered model, which does not change; there is no such model; or it is
            no signature.
    """
    uri = os.fspath(model_uri)
    if not isinstance(signature, ModelSignature):
        raise MlplatException(f"a signature is what infer_signature returns, not a {type(signature).__name__}")
    if uri.startswith(MODELS) and not MODEL_ID.fullmatch(uri[len(MODELS) :].strip("/")):
        raise MlplatException(f"{uri} is a version, which does not change: change the model, and register it again")
    described = Model.load(uri)
    described.signature = signature
    folder = local_folder(uri)
    if folder is not None:
        described.save(os.path.join(folder, FILE_NAME))
        return
    from mlplat.reader import open_reader

    place = resolve(uri)
    path = f"{place.path}/{FILE_NAME}".lstrip("/")
    open_reader().save_artifact(place.root, path, io.BytesIO(described.to_yaml().encode("utf-8")))

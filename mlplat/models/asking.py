"""Asking a model in this process as a server would. In: an address, a request or data. Out: predictions."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Optional

from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.models.example import Example
from mlplat.plain import plain as jsonable

_TYPES = {"json": "application/json", "csv": "text/csv"}


def predict(
    model_uri: Any,
    input_data: Any = None,
    input_path: Any = None,
    content_type: str = "json",
    output_path: Any = None,
    *,
    trust: bool = False,
) -> None:
    """Ask a model, in this process's own environment, and write what it answers as JSON, `{"predictions": …}`.

    `mlplat models predict` asks it in the model's environment.

    Args:
        input_data: data for the model, or a text of a request. input_path: a file with a request instead.
        content_type: of a request: "json" as MLflow's scoring protocol has it, or "csv".
        output_path: file that takes the answer; the standard output unless given.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: there is no such model or file, or the data is not what the model's signature says.
    """
    from mlplat.pyfunc import load_model
    from mlplat.worker.outputs import plain

    if (input_data is None) == (input_path is None):
        raise MlplatException("give input_data or input_path: one of them")
    if content_type not in _TYPES:
        raise MlplatException(f"content_type is one of {', '.join(_TYPES)}, not {content_type!r}")
    text = _read(input_path) if input_path is not None else input_data
    model = load_model(model_uri, trust=trust)
    answer = _asked(model, text, content_type) if isinstance(text, (str, bytes)) else model.predict(text)
    written = json.dumps({"predictions": plain(answer)})
    if output_path is None:
        sys.stdout.write(written + "\n")
        return
    with open(output_path, "w", encoding="utf-8") as file:
        file.write(written)


def convert_input_example_to_serving_input(input_example: Any) -> Optional[str]:
    """Return the body of the request that asks a served model an input example; None for none."""
    return None if input_example is None else json.dumps(Example(input_example).request(), default=jsonable)


def validate_serving_input(model_uri: Any, serving_input: Any, *, trust: bool = False) -> Any:
    """Ask a model what a server would be asked, and return its predictions.

    Args:
        serving_input: the body of a request, as text or as the object that it holds.

    Raises:
        MlplatException: the body is none, or its data is not what the model's signature says.
    """
    from mlplat.pyfunc import load_model

    text = serving_input if isinstance(serving_input, (str, bytes)) else json.dumps(serving_input)
    return _asked(load_model(model_uri, trust=trust), text, "json")


def _asked(model: Any, text: Any, content_type: str) -> Any:
    from mlplat.worker.bodies import read_body

    body = memoryview(text.encode() if isinstance(text, str) else text)
    try:
        data, params = read_body(body, _TYPES[content_type], model.metadata.signature)
    except ValueError as error:
        raise MlplatException(f"the request is no {content_type}: {error}") from error
    return model.predict(data, params)


def _read(path: Any) -> bytes:
    try:
        with open(os.fspath(path), "rb") as file:
            return file.read()
    except OSError as error:
        raise MlplatException(f"cannot read {path}: {error.strerror}", NOT_FOUND) from error

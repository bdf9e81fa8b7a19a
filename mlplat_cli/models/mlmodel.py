"""The shape of an MLmodel file, as types. In: a model's folder. Out: what the file says; its JSON Schema.

The keys are MLflow's, and a few of ours; other keys are anybody's, and no fault.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from mlplat.exceptions import MlplatException
from mlplat.models.model import FILE_NAME
from mlplat.models.yaml_text import parse
from mlplat_cli.errors import InvalidInputError

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_BYTES = 16 << 20

Flavor = dict[str, Any]


class SignatureDocument(Struct):
    """What a model takes and gives; each part is a JSON text."""

    inputs: Annotated[str | None, Meta(description="JSON list of columns, or of tensors.")] = None
    outputs: Annotated[str | None, Meta(description="JSON list likewise.")] = None
    params: Annotated[str | None, Meta(description="JSON list of parameters with their defaults.")] = None


class ExampleDocument(Struct):
    """Where the input example lies, and what it is."""

    artifact_path: Annotated[str, Meta(description="File of the data, relative to the folder.")]
    type: Annotated[
        Literal["dataframe", "ndarray", "json_object", "sparse_matrix_csc", "sparse_matrix_csr"],
        Meta(description="What the data was."),
    ]
    serving_input_path: Annotated[str | None, Meta(description="File of a request with that data.")] = None
    pandas_orient: Annotated[str | None, Meta(description="How a data frame is written.")] = None
    format: Annotated[str | None, Meta(description="Of an array, in files of MLflow 1.")] = None
    params: Annotated[str | bool | None, Meta(description="Whether the file holds parameters too.")] = None


class ModelDocument(Struct):
    """An MLmodel file."""

    flavors: Annotated[
        dict[str, Flavor],
        Meta(description="What each flavor needs to load the model; python_function answers requests."),
    ]
    signature: Annotated[SignatureDocument | None, Meta(description="What the model takes and gives.")] = None
    saved_input_example_info: Annotated[ExampleDocument | None, Meta(description="The input example.")] = None
    artifact_path: Annotated[str | None, Meta(description="Where it was logged to.")] = None
    run_id: Annotated[str | None, Meta(description="The run that logged it.")] = None
    model_id: Annotated[str | None, Meta(description="Of the logged model, m- and 32 hex digits.")] = None
    model_uuid: Annotated[str | None, Meta(description="Differs between any two models.")] = None
    utc_time_created: Annotated[str | None, Meta(description="When, as YYYY-MM-DD HH:MM:SS.ffffff in UTC.")] = None
    model_size_bytes: Annotated[int | None, Meta(description="Of all files but this one.")] = None
    metadata: Annotated[dict[str, Any] | None, Meta(description="Of whoever logged it.")] = None
    mlflow_version: Annotated[str | None, Meta(description="Of the MLflow that wrote it.")] = None
    mlplat_version: Annotated[str | None, Meta(description="Of the mlplat that wrote it.")] = None


def read_mlmodel(folder: Path) -> ModelDocument:
    """Return what the MLmodel file of a folder says.

    Raises:
        InvalidInputError: there is none, or it is not what such a file must be.
    """
    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as error:
        raise InvalidInputError(
            f"{path}: {error.strerror}", hint=f"a model is a folder with a file {FILE_NAME}"
        ) from error
    return parse_mlmodel(content, str(path))


def parse_mlmodel(content: bytes, shown: str) -> ModelDocument:
    """Return what the bytes of an MLmodel file say; `shown` is how errors name it.

    Raises:
        InvalidInputError: they are not what such a file must be.
    """
    try:
        return msgspec.convert(parse(content.decode("utf-8")), ModelDocument)
    except (UnicodeDecodeError, MlplatException, msgspec.ValidationError) as error:
        raise InvalidInputError(f"{shown} is no {FILE_NAME} file: {error}") from error


def mlmodel_schema() -> dict[str, Any]:
    """Return the JSON Schema of MLmodel files."""
    _, components = msgspec.json.schema_components([ModelDocument], ref_template="#/$defs/{name}")
    root = components.pop(ModelDocument.__name__)
    return {"$schema": _DIALECT, **root, "title": FILE_NAME, "$defs": components}

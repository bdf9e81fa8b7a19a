"""The shape of MLproject and python_env.yaml, as types. In: nothing. Out: key names for the readers, JSON Schemas.

The types are the one source: readers take their known keys from them, and `schemas/` holds what is generated here.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from mlplat_cli.projects.project import ParameterType

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

Scalar = str | int | float | bool
"""Whatever YAML reads where text is meant; it is taken as text."""


class ParameterDocument(Struct, forbid_unknown_fields=True):
    """A parameter with its type and default."""

    type: Annotated[ParameterType | None, Meta(description="What the value must be; string unless said otherwise.")] = (
        None
    )
    default: Annotated[
        Scalar | list[Any] | dict[str, Any] | None,
        Meta(description="The value when none is given; without one a value is required."),
    ] = None
    description: Annotated[str | None, Meta(description="What it is for; for readers alone.")] = None


class EntryPointDocument(Struct, forbid_unknown_fields=True):
    """A command and the parameters that it takes."""

    command: Annotated[
        str,
        Meta(description="Shell command; {name} becomes the parameter's value, {{ and }} are braces.", min_length=1),
    ]
    parameters: Annotated[
        dict[str, ParameterType | ParameterDocument | None] | None,
        Meta(description="By name: a type alone, or a mapping of type and default."),
    ] = None


class DockerDocument(Struct, forbid_unknown_fields=True):
    """A container image to run in."""

    image: Annotated[str, Meta(description="Name of the image.", min_length=1)]
    volumes: Annotated[list[str] | None, Meta(description="host:container paths to mount.")] = None
    environment: Annotated[
        list[str | Annotated[list[Scalar], Meta(min_length=2, max_length=2)]] | None,
        Meta(description="A variable's name, copied from the host, or a pair of name and value."),
    ] = None


class ProjectDocument(Struct, forbid_unknown_fields=True):
    """An MLproject file."""

    name: Annotated[Scalar | None, Meta(description="The project's name.")] = None
    python_env: Annotated[str | None, Meta(description="File that lists Python and its packages.")] = None
    conda_env: Annotated[str | None, Meta(description="conda environment file.")] = None
    docker_env: Annotated[DockerDocument | None, Meta(description="Container image to run in.")] = None
    entry_points: Annotated[
        dict[str, EntryPointDocument] | None, Meta(description="Commands by name; main is run unless another is named.")
    ] = None
    databricks_spark_job: Annotated[
        dict[str, Any] | None, Meta(description="Accepted in files; runs on Databricks only.")
    ] = None


class PythonEnvDocument(Struct, forbid_unknown_fields=True):
    """A python_env.yaml file."""

    python: Annotated[
        Scalar | None, Meta(description='Version of Python, quoted, such as "3.11" or "3.10.14".', examples=["3.11"])
    ] = None
    build_dependencies: Annotated[
        list[str] | None, Meta(description="Packages that building the others needs, such as pip and setuptools.")
    ] = None
    dependencies: Annotated[
        list[str] | None, Meta(description="Requirements as pip reads them, -r requirements.txt included.")
    ] = None


def keys_of(document: type[Struct]) -> tuple[str, ...]:
    """Return the keys that a document may have."""
    return document.__struct_fields__


def mlproject_schema() -> dict[str, Any]:
    """Return the JSON Schema of MLproject files."""
    schema = _schema(ProjectDocument, "MLproject")
    # Each names the same thing, where the project runs; msgspec has no word for "at most one of".
    kinds = ("python_env", "conda_env", "docker_env")
    pairs = [(one, two) for at, one in enumerate(kinds) for two in kinds[at + 1 :]]
    null = {"type": "null"}
    schema["allOf"] = [
        {"anyOf": [{"properties": {one: null}}, {"properties": {two: null}}]} for one, two in pairs
    ]  # fmt: skip
    return schema


def python_env_schema() -> dict[str, Any]:
    """Return the JSON Schema of python_env.yaml files."""
    return _schema(PythonEnvDocument, "python_env.yaml")


def _schema(document: type[Struct], title: str) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([document], ref_template="#/$defs/{name}")
    root = components.pop(document.__name__)
    assert schema == {"$ref": f"#/$defs/{document.__name__}"}
    return {"$schema": _DIALECT, **root, "title": title, "$defs": components}

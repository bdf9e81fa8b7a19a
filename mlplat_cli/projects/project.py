"""What an MLproject file says, as values. In: nothing. Out: frozen types for the other modules and layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class ParameterType(StrEnum):
    """What a parameter's value must be; `int` is ours, MLflow reads it as text."""

    STRING = "string"
    FLOAT = "float"
    INT = "int"
    PATH = "path"
    URI = "uri"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; without a default a value must be given."""

    name: str
    type: ParameterType = ParameterType.STRING
    default: str | None = None

    @property
    def required(self) -> bool:
        """True when there is no default."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """One way to run a project.

    Args:
        command: the shell command with `{parameter}` in it; doubled braces stand for themselves.
        parameters: by name, in the order of the file.
    """

    name: str
    command: str
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class DockerEnv:
    """A container image to run in.

    Args:
        volumes: `host:container` each.
        environment: a name alone is copied from the host's environment, a pair sets a value.
    """

    image: str
    volumes: tuple[str, ...] = ()
    environment: tuple[str | tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EnvDeclaration:
    """Where a project says what it needs; at most one is set.

    Args:
        python_env, conda_env: file names relative to the project's root, as written, or found there when the
            project names none. All None: the environments layer looks for requirements.txt and pyproject.toml.
    """

    python_env: str | None = None
    conda_env: str | None = None
    docker_env: DockerEnv | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that can be run.

    Args:
        path: its MLproject file; None when it has none, which leaves scripts as entry points.
        root: the folder; commands run in it.
        spark_job: it declares a `databricks_spark_job`, which cannot be run here.
    """

    name: str | None
    environment: EnvDeclaration
    entry_points: Mapping[str, EntryPoint]
    path: Path | None
    root: Path
    spark_job: bool = False

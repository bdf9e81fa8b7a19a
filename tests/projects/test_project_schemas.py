from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mlplat_cli.projects.schemas import mlproject_schema, python_env_schema


def accepts(schema: dict[str, Any], text: str) -> bool:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "name: x",
        "{}",
        "conda_env: conda.yaml\npython_env:\n",
        "entry_points: {main: {command: python x.py}}",
        "entry_points: {main: {command: x, parameters: {a: float, b: , c: {type: int, default: 3}, d: {default: x}}}}",
        "docker_env: {image: x, volumes: ['/a:/b'], environment: [HOME, [A, '1']]}",
        "databricks_spark_job: {python_file: x.py}",
    ],
)
def test_good_projects(text: str) -> None:
    assert accepts(mlproject_schema(), text)


@pytest.mark.parametrize(
    "text",
    [
        "entry_ponts: {}",
        "entry_points: {main: {}}",
        "entry_points: {main: {command: ''}}",
        "entry_points: {main: {command: x, parameters: {a: flaot}}}",
        "entry_points: {main: {command: x, parameters: {a: {tpe: float}}}}",
        "entry_points: []",
        "conda_env: a\npython_env: b",
        "conda_env: a\ndocker_env: {image: x}",
        "docker_env: {}",
        "docker_env: {image: x, environment: [[A]]}",
        "python_env: [a]",
    ],
)
def test_bad_projects(text: str) -> None:
    assert not accepts(mlproject_schema(), text)


def test_python_env_documents() -> None:
    good = 'python: "3.11"\nbuild_dependencies: [pip]\ndependencies: ["-r requirements.txt"]'
    assert accepts(python_env_schema(), good)
    assert not accepts(python_env_schema(), "dependences: []")
    assert not accepts(python_env_schema(), "dependencies: numpy")
    assert not accepts(python_env_schema(), "dependencies: [{pip: [a]}]")

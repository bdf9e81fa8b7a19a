from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.projects.mlproject import read_project
from mlplat_cli.projects.validation import validate_environment


def found(tmp_path: Path, name: str, text: str) -> list[tuple[int, str, str]]:
    (tmp_path / name).write_text(text)
    project, mistakes = read_project(tmp_path)
    return [(one.line, one.severity, one.message) for one in (*mistakes, *validate_environment(project))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'python: "3.11"\nbuild_dependencies: [pip]\ndependencies:\n  - numpy>=2\n  - -r requirements.txt\n',
        "python: 3.8.16\nbuild_dependencies:\ndependencies:\n",
        "python: 3.11\n",
    ],
)
def test_good_python_env_files(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "python_env.yaml", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python: 3.10\n", [(1, "warning", "YAML reads 3.10 as the number 3.1")]),
        ("python: [3]\n", [(1, "error", "python is a list")]),
        ("python: true\n", [(1, "error", "'true' is no version")]),
        ("dependences: [a]\n", [(1, "error", "unknown key 'dependences' in python_env.yaml")]),
        ("author: me\n", [(1, "warning", "unknown key 'author' in python_env.yaml is ignored")]),
        ("dependencies: numpy\n", [(1, "error", "dependencies is 'numpy'")]),
        ("dependencies:\n - a\n - {pip: b}\n - 3\n", [
            (3, "error", "an entry of dependencies is not text"),
            (4, "error", "an entry of dependencies is not text"),
        ]),
        ("dependencies: [a\n", [(1, "error",
            "did not find expected ',' or ']' (while parsing a flow sequence)")]),
    ],
)  # fmt: skip
def test_faulty_python_env_files(tmp_path: Path, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(tmp_path, "python_env.yaml", text) == expected


def test_good_conda_file(tmp_path: Path) -> None:
    text = "name: x\nchannels: [defaults]\ndependencies:\n  - python=3.10\n  - pip\n  - pip:\n    - mlflow>=2\n"
    assert found(tmp_path, "conda.yaml", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dependecies: [a]\n", [(1, "error", "unknown key 'dependecies' in conda.yaml")]),
        ("dependencies: {pip: [a]}\n", [(1, "error", "dependencies is a mapping")]),
        ("dependencies: [{pip: a}]\n", [(1, "error", "pip is 'a'")]),
        ("dependencies: [{pipp: [a]}]\n", [(1, "error", "unknown key 'pipp' in dependencies")]),
        ("dependencies: [1]\n", [(1, "error", "an entry of dependencies is not text")]),
    ],
)
def test_faulty_conda_files(tmp_path: Path, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(tmp_path, "conda.yaml", text) == expected


def test_a_missing_environment_file_is_told_once(tmp_path: Path) -> None:
    assert len(found(tmp_path, "MLproject", "python_env: env.yaml\n")) == 1

"""What `mlplat validate` calls valid, `mlplat run` can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.environments.spec import read_spec
from mlplat_cli.errors import ProjectError
from mlplat_cli.launch.validation import validate


def found(folder: Path) -> list[tuple[str, int, str]]:
    return [(Path(one.path).name, one.line, one.severity) for one in validate(folder)]


def test_the_project_and_its_environment_are_checked_together(tmp_path: Path) -> None:
    (tmp_path / "env.yaml").write_text("dependences: []\n")
    (tmp_path / "MLproject").write_text("python_env: env.yaml\nentry_ponts: {}\n")
    for path in (tmp_path, tmp_path / "MLproject"):
        assert [(Path(one.path).name, one.suggestion) for one in validate(path)] == [
            ("MLproject", "entry_points"),
            ("env.yaml", "dependencies"),
        ]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("python_env.yaml", "dependencies:\n  - numpy>>1\n", 2),
        ("python_env.yaml", "dependencies:\n  - -r missing.txt\n", 2),
        ("conda.yaml", "dependencies:\n  - numpy=1.2|1.3\n", 2),
        ("requirements.txt", "numpy\n== 3\n", 2),
    ],
)
def test_a_line_that_a_run_could_not_read_is_a_mistake(tmp_path: Path, name: str, text: str, line: int) -> None:
    (tmp_path / name).write_text(text)
    assert found(tmp_path) == [(name, line, "error")]


def test_a_mistake_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "MLproject").write_text("python_env: env.yaml\n")
    assert found(tmp_path) == [("MLproject", 1, "error")]
    (tmp_path / "env.yaml").write_text("dependencies: numpy\n")
    assert found(tmp_path) == [("env.yaml", 1, "error")]


@pytest.mark.parametrize("name", ["python_env.yaml", "conda.yaml"])
def test_what_is_only_warned_of_does_not_stop_a_run(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("author: me\ndependencies:\n  - numpy\n")
    assert found(tmp_path) == [(name, 1, "warning")]
    assert "numpy" in read_spec(tmp_path).requirements


def test_nothing_to_validate(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        validate(tmp_path / "nowhere")

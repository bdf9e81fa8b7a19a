from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.errors import NotSupportedError, ProjectError
from mlplat_cli.projects.entry_point import find_entry_point
from mlplat_cli.projects.mlproject import load_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("train.py", "job.sh", "model.R", "it's {a}.py", "-c.py"):
        (tmp_path / name).write_text("")
    (tmp_path / "MLproject").write_text("entry_points:\n  main: {command: a}\n  train.sh: {command: b}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("main", "a"),
        ("train.sh", "b"),
        ("train.py", "python train.py"),
        ("job.sh", '"${{SHELL:-bash}}" job.sh'),
        ("model.R", "Rscript -e 'mlflow::mlflow_source('\"'\"'model.R'\"'\"')' --args"),
        ("it's {a}.py", "python 'it'\"'\"'s {{a}}.py'"),
        ("-c.py", "python ./-c.py"),
    ],
)
def test_declared_ones_and_scripts(root: Path, name: str, command: str) -> None:
    assert find_entry_point(load_project(root), name).command == command


def test_an_unknown_name_lists_what_there_is(root: Path) -> None:
    with pytest.raises(ProjectError, match=r"no entry point 'mian': it has main, train\.sh") as raised:
        find_entry_point(load_project(root), "mian")
    assert raised.value.hint == "did you mean -e main?"


def test_a_script_that_does_not_exist(root: Path) -> None:
    with pytest.raises(ProjectError, match=r"no script 'trian\.py'") as raised:
        find_entry_point(load_project(root), "trian.py")
    assert raised.value.hint == "did you mean -e train.py?"


def test_a_script_outside_is_refused(root: Path) -> None:
    (root.parent / "other.py").write_text("")
    (root / "link.py").symlink_to(root.parent / "other.py")
    for name in ("../other.py", str(root.parent / "other.py"), "link.py"):
        with pytest.raises(ProjectError, match="outside the project"):
            find_entry_point(load_project(root), name)


def test_a_folder_of_scripts_names_them(tmp_path: Path) -> None:
    (tmp_path / "fit.py").write_text("")
    with pytest.raises(ProjectError, match=r"no MLproject file; its scripts are fit\.py") as raised:
        find_entry_point(load_project(tmp_path))
    assert raised.value.hint == "name what to run, such as -e fit.py"


def test_a_spark_job_is_read_but_not_run(tmp_path: Path) -> None:
    (tmp_path / "MLproject").write_text("databricks_spark_job: {python_file: x.py}\n")
    with pytest.raises(NotSupportedError):
        find_entry_point(load_project(tmp_path))

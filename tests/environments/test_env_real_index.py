"""Environments from a real index: every interpreter of this machine, and the requirements of real projects."""

import os
import subprocess
from pathlib import Path

import pytest

from mlplat_cli.environments.build import environment_variables, prepare
from mlplat_cli.environments.discovery import candidates
from mlplat_cli.environments.interpreter import newest_of_each_minor
from mlplat_cli.environments.spec import read_spec
from tests.environments.conftest import write

pytestmark = pytest.mark.slow


def run(environment, code):
    variables = {**os.environ, **environment_variables(environment)}
    return subprocess.run(["python", "-c", code], env=variables, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("manager", ["virtualenv", "uv"])
@pytest.mark.parametrize("minor", range(6, 15))
def test_every_python_gets_an_environment(tmp_path, steps, minor, manager):
    if not any(one.hint[:2] == (3, minor) and one.origin != "PATH" for one in candidates()):
        pytest.skip(f"there is no Python 3.{minor} on this machine")
    project = write(tmp_path / "p", python_env__yaml=f'python: "3.{minor}"\ndependencies: [six]\n')
    environment = prepare(read_spec(project), manager=manager, project_dir=project, progress=steps)
    assert run(environment, "import sys, six, setuptools, pip, wheel; print(sys.version_info[1])").strip() == str(minor)
    variables = {**os.environ, **environment_variables(environment)}
    assert not subprocess.run(["python", "-c", ""], env=variables, capture_output=True, check=True).stderr


def test_the_python_of_the_example_that_names_none_is_one_that_has_its_packages(tmp_path, steps):
    """The conda.yaml of MLflow's example repository, of a time when Python 3.6 was new."""
    if "3.6" not in {one.version.rpartition(".")[0] for one in newest_of_each_minor("3.6")}:
        pytest.skip("there is no Python 3.6 on this machine, the only one that scikit-learn 0.19.1 has a wheel for")
    lines = ["numpy>=1.14.3", "pandas>=1.0.0", "scikit-learn=0.19.1", "pip", "{pip: [mlflow]}"]
    project = write(tmp_path / "p", conda__yaml="dependencies:\n" + "".join(f"  - {line}\n" for line in lines))
    environment = prepare(read_spec(project), project_dir=project, progress=steps)
    assert environment.python_version.startswith("3.6.")
    assert "scikit-learn 0.19.1 has no build for" in environment.notes[0]
    code = "import sklearn, mlflow, pandas; print(sklearn.__version__, mlflow.__version__.split('.')[0])"
    assert run(environment, code).strip() == "0.19.1 1"


def test_a_conda_project_is_built_without_conda(tmp_path, steps):
    lines = ["python>=3.9", "numpy>=1.20", "python-dateutil", "msgpack-python", "mkl", "pip", "{pip: [six]}"]
    project = write(tmp_path / "p", conda__yaml="dependencies:\n" + "".join(f"  - {line}\n" for line in lines))
    environment = prepare(read_spec(project), project_dir=project, progress=steps)
    assert run(environment, "import numpy, dateutil, msgpack, six, pkg_resources; print('fine')").strip() == "fine"
    assert "mkl" in environment.notes[0]


def test_a_package_without_a_wheel_is_built_from_source(tmp_path, steps):
    project = write(tmp_path / "p", requirements__txt="--no-binary six\nsix==1.17.0\n")
    environment = prepare(read_spec(project), project_dir=project, progress=steps)
    assert run(environment, "import six; print(six.__version__)").strip() == "1.17.0"


def test_a_package_of_before_setuptools_82_is_built(tmp_path, steps):
    source = write(
        tmp_path / "old",
        setup__py="import pkg_resources\nfrom setuptools import setup\n"
        "setup(name='old', version='1', py_modules=['old'])\n",
        old__py="",
    )
    project = write(tmp_path / "p", requirements__txt=f"{source}\n")
    environment = prepare(read_spec(project), project_dir=project, progress=steps)
    assert Path(run(environment, "import old; print(old.__file__)").strip()).is_relative_to(environment.path)

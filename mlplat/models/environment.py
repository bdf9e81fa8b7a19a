"""A model's environment as files. In: requirements, a conda environment. Out: four files in its folder.

`conda.yaml`, `python_env.yaml` and `requirements.txt` are MLflow's; `requirements.lock` pins every distribution that
those need, as they were installed in the process that logged the model.
"""

from __future__ import annotations

import os
import platform
from typing import Any, Dict, List, Optional, Tuple

from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.models.requirements import locked
from mlplat.models.yaml_text import parse, render

CONDA = "conda.yaml"
VIRTUALENV = "python_env.yaml"
REQUIREMENTS = "requirements.txt"
CONSTRAINTS = "constraints.txt"
LOCK = "requirements.lock"


def write_environment(folder: str, requirements: List[str], constraints: List[str], conda: Any = None) -> None:
    """Write the files.

    Args:
        conda: a conda environment, or the path of its YAML file, that is kept as it was given.

    Raises:
        MlplatException: there is no such file, or it is no conda environment.
    """
    lines = [*requirements, *([f"-c {CONSTRAINTS}"] if constraints else [])]
    version = platform.python_version()
    environment = conda_environment(conda) if conda is not None else _conda_of(lines, version)
    if conda is not None:
        version, lines = _of_conda(environment, version)
    _write(folder, CONDA, render(environment))
    _write(folder, VIRTUALENV, _virtualenv(version))
    _write(folder, REQUIREMENTS, "".join(f"{each}\n" for each in lines))
    if constraints:
        _write(folder, CONSTRAINTS, "".join(f"{each}\n" for each in constraints))
    _write(folder, LOCK, "".join(f"{each}\n" for each in locked(lines)))


def conda_environment(given: Any) -> Dict[str, Any]:
    """Return a conda environment that was given as a dict or as the path of its file."""
    found = given
    if not isinstance(given, dict):
        try:
            with open(given, encoding="utf-8") as file:
                found = parse(file.read())
        except OSError as error:
            raise MlplatException(f"cannot read the conda environment {given}: {error}", NOT_FOUND) from error
    if not isinstance(found, dict) or not isinstance(found.get("dependencies"), list):
        raise MlplatException("a conda environment is a mapping with a list of 'dependencies'")
    return found


def pyfunc_environment() -> Dict[str, str]:
    """Return what MLmodel says of the files."""
    return {"conda": CONDA, "virtualenv": VIRTUALENV}


def _conda_of(lines: List[str], version: str) -> Dict[str, Any]:
    return {
        "channels": ["conda-forge"],
        "dependencies": [f"python={version}", "pip", {"pip": lines}],
        "name": "mlplat-env",
    }


def _of_conda(environment: Dict[str, Any], version: str) -> Tuple[str, List[str]]:
    """Return the version of Python and the requirements of pip that a conda environment names."""
    lines: List[str] = []
    for each in environment["dependencies"]:
        if isinstance(each, dict):
            lines += [str(line) for line in each.get("pip") or ()]
        elif str(each).startswith("python") and str(each)[6:7] in ("=", " ", ""):
            version = _version(str(each)) or version
    return version, lines


def _version(dependency: str) -> Optional[str]:
    found = dependency.replace(" ", "").lstrip("python").lstrip("=")
    return found if found[:1].isdigit() else None


def _virtualenv(version: str) -> str:
    return f"python: {version}\nbuild_dependencies:\n- pip\n- setuptools\n- wheel\ndependencies:\n- -r {REQUIREMENTS}\n"


def _write(folder: str, name: str, text: str) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)

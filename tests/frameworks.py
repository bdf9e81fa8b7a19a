"""Environments with real frameworks, and scripts that run in them.

Each environment is built once, by uv (pip for what uv would get the wrong wheel of), and kept in pytest's cache
folder. A script sees the library and nothing of the tool.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

import mlplat

SCRIPT_SECONDS = 300

# xgboost-cpu is xgboost without 700 MB for graphics cards.
_BOOSTERS = ("xgboost-cpu", "lightgbm", "catboost", "scikit-learn", "pandas", "skops")
_ONNX = ("onnx", "onnxruntime", "skl2onnx", "scikit-learn", "pandas")
# pandas pickles its names by pyarrow where that is there, as it is beside mlflow.
_STATSMODELS = ("statsmodels", "pandas", "pyarrow")
_SPACY = ("spacy", "pandas")
_ALL_TABULAR = tuple(dict.fromkeys(_BOOSTERS + _ONNX + _STATSMODELS + _SPACY))

FRAMEWORKS: dict[str, tuple[str, ...]] = {
    "sklearn": ("scikit-learn", "pandas", "skops", "cloudpickle"),
    "boosters": _BOOSTERS,
    "onnx": _ONNX,
    "serving": ("scikit-learn", "skops", "pandas", "pyarrow"),
    "statsmodels": _STATSMODELS,
    "spacy": _SPACY,
    "python-models": ("cloudpickle", "pandas", "pydantic"),
    # The real mlflow beside the frameworks, as the other side of a model's folder.
    "tabular-mlflow3": ("mlflow>=3", *_ALL_TABULAR),
    "tabular-mlflow2": ("mlflow>=2.22,<3", *_ALL_TABULAR),
    "torch": (
        "mlflow>=3",
        "lightning",
        "tensorboard",
        "transformers",
        "sentence-transformers",
        "safetensors",
        "pandas",
    ),
    "tensorflow": ("mlflow>=3", "tensorflow-cpu", "keras", "pandas"),
}
"""What each environment holds."""

BY_PIP: dict[str, tuple[str, ...]] = {"torch": ("torch==2.13.0",)}
"""What pip installs before the rest, by the environment's name."""


def framework_python(config: pytest.Config, name: str) -> Path:
    """Return the interpreter of the environment that `FRAMEWORKS` names."""
    return environment(config, "frameworks", name, FRAMEWORKS[name], BY_PIP.get(name, ()))


def environment(
    config: pytest.Config, group: str, name: str, packages: Sequence[str], by_pip: Sequence[str] = ()
) -> Path:
    """Return the interpreter of an environment with these packages, building it where it is not there."""
    assert config.cache is not None
    folder = config.cache.mkdir(group) / f"{name}-py{sys.version_info.major}{sys.version_info.minor}"
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert uv, "uv is a dependency of mlplat"
    python = folder / "bin" / "python"
    # A lock for pytest-xdist's workers; the marker says that the last build ran to its end.
    with FileLock(f"{folder}.lock"):
        complete, wanted = folder / "complete", "\n".join([*by_pip, *packages])
        if not complete.exists() or complete.read_text() != wanted:
            seed = ["--seed"] if by_pip else []
            subprocess.run([uv, "venv", "--quiet", "--clear", *seed, "--python", sys.executable, folder], check=True)
            if by_pip:
                subprocess.run([python, "-m", "pip", "install", "--quiet", *by_pip], check=True)
            subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *packages, *by_pip], check=True)
            complete.write_text(wanted)
        compiled = folder / "compiled"
        if not compiled.exists():
            # Scripts write no bytecode: each of them would compile a framework of thousands of files again.
            subprocess.run([python, "-m", "compileall", "-qq", "-j", "0", folder / "lib"], check=False)
            compiled.touch()
    return python


def run_script(python: Path, script: Path, folder: Path, *words: object, **variables: str) -> str:
    """Run a script in an environment, with the library on its path; returns what it printed.

    Args:
        folder: where it runs, which is its home too. words: what it is told on its command line.
        variables: added to an environment that is otherwise empty.
    """
    path = folder / "library"
    if not path.exists():
        path.mkdir()
        (path / "mlplat").symlink_to(Path(mlplat.__file__).parent)
    done = subprocess.run(
        [python, script, *map(str, words)],
        env={
            "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "PYTHONPATH": str(path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_WAIT_POLICY": "passive",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_ALLOW_FILE_STORE": "true",
            **variables,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

"""The folder that an image is built from. In: an `ImagePlan` and a model folder. Out: files beside a Dockerfile.

Dockerfile      builds all of it
front/          packages of the front         environment/    packages of the model
mlplat/         the library                   mlplat_cli/     the tool's modules
model/          the model folder
"""

from __future__ import annotations

import shutil
from pathlib import Path

import mlplat
import mlplat_cli
from mlplat_cli.environments.elsewhere import install_elsewhere
from mlplat_cli.errors import AlreadyExistsError, ArtifactError
from mlplat_cli.process.progress import Progress
from mlplat_cli.serving.images.dockerfile import dockerfile
from mlplat_cli.serving.images.packages import shrink
from mlplat_cli.serving.images.plan import ImagePlan

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "web")


def write_context(plan: ImagePlan, model: Path, folder: Path, *, variables: dict[str, str], progress: Progress) -> None:
    """Write everything that the Dockerfile names.

    Args:
        folder: made; it must not exist, or be empty, and is so again after a failure. variables: of the container.

    Raises:
        AlreadyExistsError: the folder holds something. ArtifactError: a file cannot be written.
        EnvironmentBuildError: a package cannot be installed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyExistsError(f"{folder} is there and not empty", hint="name a folder that is new or empty")
    existed = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_packages(plan, folder, progress)
        write_model(model, folder)
        (folder / "Dockerfile").write_text(dockerfile(plan, variables), encoding="utf-8")
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if existed:
            folder.mkdir()
        if not isinstance(error, OSError):
            raise
        raise ArtifactError(f"cannot write {error.filename or folder}: {error.strerror}") from error


def write_packages(plan: ImagePlan, folder: Path, progress: Progress) -> None:
    """Install the packages of the front and of the model below a folder."""
    wanted = (("front", plan.front, plan.front_python), ("environment", plan.model, plan.python))
    for name, spec, python in wanted:
        install_elsewhere(spec, folder / name, python=python, platform=plan.platform, progress=progress)
        shrink(folder / name)


def write_model(model: Path, folder: Path) -> None:
    """Copy the model and this tool's own modules below a folder; links are followed nowhere."""
    shutil.copytree(model, folder / "model", symlinks=True)
    for package in (mlplat, mlplat_cli):
        source = Path(str(package.__file__)).parent
        shutil.copytree(source, folder / source.name, ignore=_LEFT_OUT)

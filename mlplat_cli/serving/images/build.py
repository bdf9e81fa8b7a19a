"""An image of a model. In: an `ImagePlan` and a model folder. Out: the image's id, under the name asked for.

The packages are an image of their own, named by what decides them: a model that needs the same again, or new code,
only lays its files over it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat import __version__
from mlplat_cli.process.progress import Progress
from mlplat_cli.serving.images.context import write_model, write_packages
from mlplat_cli.serving.images.dockerfile import environment_lines, model_lines
from mlplat_cli.serving.images.engine import build, engine, has_image
from mlplat_cli.serving.images.plan import ImagePlan

if TYPE_CHECKING:
    from docker import DockerClient


def build_image(
    plan: ImagePlan, model: Path, name: str, *, variables: dict[str, str], source: str, progress: Progress
) -> str:
    """Build a model's image and return its id, `sha256:…`.

    Args:
        variables: of the container. source: the model's URI, which becomes a label.

    Raises:
        ToolMissingError: no engine answers. ImageBuildError: the engine refuses.
        EnvironmentBuildError: a package cannot be installed.
    """
    with engine() as client:
        if not has_image(client, plan.environment_tag):
            _build_environment(client, plan, progress)
        with tempfile.TemporaryDirectory(prefix="mlplat-image-") as scratch:
            folder = Path(scratch)
            write_model(model, folder)
            _write_dockerfile(folder, model_lines(plan, plan.environment_tag, variables))
            labels = {"org.opencontainers.image.title": name, "mlplat.model": source, "mlplat.version": __version__}
            return build(client, folder, name, platform=plan.engine_platform, labels=labels, progress=progress)


def _build_environment(client: DockerClient, plan: ImagePlan, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix="mlplat-image-") as scratch:
        folder = Path(scratch)
        write_packages(plan, folder, progress)
        _write_dockerfile(folder, environment_lines(plan))
        labels = {"mlplat.version": __version__}
        build(client, folder, plan.environment_tag, platform=plan.engine_platform, labels=labels, progress=progress)


def _write_dockerfile(folder: Path, lines: list[str]) -> None:
    (folder / "Dockerfile").write_text("\n".join([*lines, ""]), encoding="utf-8")

"""The container engine. In: a folder with a Dockerfile. Out: an image under a name.

The engine is asked over its socket (DOCKER_HOST, or the usual one); no docker program is needed.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlplat_cli.errors import ImageBuildError, ToolMissingError
from mlplat_cli.process.progress import Progress

if TYPE_CHECKING:
    from docker import DockerClient

SOCKET = "/var/run/docker.sock"
BUILD_SECONDS = 1800
_LAST_LINES = 20
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_UNFETCHED = ("pull access denied", "manifest unknown", "no such host", "dial tcp", "not found: manifest")


@contextmanager
def engine() -> Iterator[DockerClient]:
    """Open the engine that DOCKER_HOST names, or this machine's own.

    Raises:
        ToolMissingError: there is none, it does not run, or this user may not use it.
    """
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=BUILD_SECONDS)
        client.ping()
    except DockerException as error:
        raise ToolMissingError(_unreachable(error)) from error
    try:
        yield client
    finally:
        client.close()


def _unreachable(error: Exception) -> str:
    address = os.environ.get("DOCKER_HOST") or f"unix://{SOCKET}"
    path = Path(address.removeprefix("unix://"))
    if address.startswith("unix://") and not path.exists():
        return f"no container engine runs here: there is no {path}; start Docker, or set DOCKER_HOST"
    if "Permission denied" in str(error):
        return f"this user may not use the container engine at {path}: it takes root or the group docker"
    return f"the container engine at {address} does not answer: {_short(error)}"


def has_image(client: DockerClient, name: str) -> bool:
    """Whether the engine has an image of that name."""
    from docker.errors import ImageNotFound

    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


def build(
    client: DockerClient,
    folder: Path,
    name: str,
    *,
    platform: str | None,
    labels: Mapping[str, str],
    progress: Progress,
) -> str:
    """Build what a folder's Dockerfile says and return the image's id, `sha256:…`.

    Args:
        platform: asked for explicitly only when it is not the engine's own.

    Raises:
        ImageBuildError: the engine refuses, with its own last words.
    """
    from docker.errors import DockerException

    progress.step(f"building the image {name}")
    try:
        answers = client.api.build(
            path=str(folder),
            tag=name,
            rm=True,
            forcerm=True,
            decode=True,
            platform=platform,
            labels=dict(labels),
            network_mode="none",
        )
        said = deque[str](maxlen=_LAST_LINES)
        for answer in answers:
            _follow(answer, name, progress, said)
        return str(client.images.get(name).id)
    except DockerException as error:
        raise ImageBuildError(f"cannot build the image {name}: {_short(error)}") from error


def _follow(answer: dict[str, Any], name: str, progress: Progress, said: deque[str]) -> None:
    """Show what the engine says; its last lines tell why a build failed."""
    if "error" in answer:
        own = next((line.removeprefix("mlplat: ") for line in said if line.startswith("mlplat: ")), None)
        words = own or str(answer["error"]).strip()
        hint = None
        if (
            "pull access denied" in words
            or "manifest unknown" in words
            or "no such host" in words
            or "dial tcp" in words
        ):
            hint = "the base image cannot be fetched: check its name, or give another one with --base-image"
        raise ImageBuildError(f"cannot build the image {name}: {words}", hint=hint)
    for line in _COLOURS.sub("", str(answer.get("stream") or answer.get("status") or "")).strip().splitlines():
        progress.update(line)
        said.append(line)


def _short(error: Exception) -> str:
    return str(getattr(error, "explanation", None) or error).splitlines()[0]

"""What an image is made of, before anything is installed. In: a model's environment, options. Out: an `ImagePlan`."""

from __future__ import annotations

import hashlib
import json
import platform as machine
import re
import sys
from dataclasses import dataclass, replace

from mlplat_cli.environments.elsewhere import PLATFORMS, elsewhere_key
from mlplat_cli.environments.requirement import requirement_name
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.images.front import front_spec

FORMAT = 1
OLDEST = (3, 11)
"""The oldest Python that runs the front."""
FRONT_PYTHON = "3.12"
"""What runs it beside a model of an older one."""
INSTALLERS = frozenset({"pip", "setuptools", "wheel"})
"""What every environment file lists and a container has no use for, unless the model's lock names it."""
ENVIRONMENT = "mlplat-environment"
"""The repository of the images that hold a model's packages and no model."""

_NAME = re.compile(r"[a-z0-9]+(?:[._/:-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?")


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """What decides an image's lower layers.

    Args:
        base: the image to begin with, such as "python:3.11-slim". python: "3.11". platform: "linux/amd64".
        model: what the model needs. front: what answers HTTP for it.
        front_base: the image that the front's Python is taken from; None where the model's own runs the front too.
        front_python: "3.11", or that of front_base.
    """

    base: str
    python: str
    platform: str
    model: EnvSpec
    front: EnvSpec
    front_base: str | None
    front_python: str

    @property
    def variables(self) -> dict[str, str]:
        """What the model's environment sets."""
        return dict(self.model.variables)

    @property
    def environment_tag(self) -> str:
        """The name of the image with all packages: another one as soon as something in it would differ."""
        decisive = [
            FORMAT,
            [self.base, self.front_base],
            elsewhere_key(self.model, self.python, self.platform),
            elsewhere_key(self.front, self.front_python, self.platform),
        ]
        return f"{ENVIRONMENT}:{hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:20]}"

    @property
    def engine_platform(self) -> str | None:
        """What the engine is asked for: nothing when it is this machine's own, which all engines build."""
        return None if self.platform == _own_platform() else self.platform


def plan_image(
    model: EnvSpec, *, base: str | None = None, front_base: str | None = None, platform: str | None = None
) -> ImagePlan:
    """Return the plan for a model that needs such an environment.

    Args:
        base: an image with the model's Python in it; None takes Docker's official slim one.
        front_base: one with Python 3.12 in /usr/local, for a model whose own Python is too old for the front.

    Raises:
        InvalidInputError: the platform is none that wheels are known for.
    """
    platform = platform or _own_platform()
    if platform not in PLATFORMS:
        raise InvalidInputError(f"--platform {platform!r} is none of {', '.join(PLATFORMS)}")
    minor = _minor(model.python)
    old = tuple(int(part) for part in minor.split(".")) < OLDEST
    return ImagePlan(
        base=base or f"python:{minor}-slim",
        python=minor,
        platform=platform,
        model=_served(model),
        front=front_spec(),
        front_base=(front_base or f"python:{FRONT_PYTHON}-slim") if old else None,
        front_python=FRONT_PYTHON if old else minor,
    )


def _minor(constraint: str | None) -> str:
    """Return the minor version that a model asks for: its own, or the oldest that a range begins with."""
    found = re.search(r"\d+\.\d+", constraint or "")
    return found[0] if found else f"{sys.version_info.major}.{sys.version_info.minor}"


def _served(model: EnvSpec) -> EnvSpec:
    """Return what a model needs to be served: nothing is installed in a container."""
    needless = INSTALLERS - set(map(requirement_name, model.constraints))
    kept = [
        each for each in zip(model.requirements, model.places, strict=True) if requirement_name(each[0]) not in needless
    ]
    return replace(model, requirements=tuple(line for line, _ in kept), places=tuple(place for _, place in kept))


def default_name(model: str | None, version: str | None) -> str:
    """Return the name of an image for a registered version, or for a model that is not registered."""
    if model is None:
        return "mlplat-model"
    name = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-") or "mlplat-model"
    return f"{name}:{version}" if version else name


def checked_name(name: str) -> str:
    """Return the name of an image as it is; InvalidInputError when engines would refuse it."""
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            f"--name {name!r} is no name of an image: lower-case letters, digits, . _ - and /, then perhaps :TAG"
        )
    return name


def _own_platform() -> str:
    return "linux/arm64" if machine.machine().lower() in ("arm64", "aarch64") else "linux/amd64"

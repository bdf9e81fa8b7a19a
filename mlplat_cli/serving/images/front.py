"""What the front needs in an image. In: this installation. Out: an `EnvSpec` with the versions that run here.

An image serves models and does nothing else: what only fetches, builds and stores (git, uv, databases) stays out.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from mlplat_cli.environments.spec import EnvSpec

DIRECT = ("httptools", "msgspec", "pyyaml", "uvicorn")
"""What the modules import that an image runs."""


def front_spec() -> EnvSpec:
    """Return the distributions, each with the version of this installation, and all that they need."""
    found: dict[str, str] = {}
    waiting = list(DIRECT)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # wanted for a platform or an extra that is not this one's
            continue
        waiting += [need.name for need in map(Requirement, requires(name) or ()) if _wanted(need)]
    lines = tuple(f"{name}=={found[name]}" for name in sorted(found))
    return EnvSpec("requirements", requirements=lines, places=lines)


def _wanted(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})

"""Environments that would run somebody's code. In: what a model asks for, its trust. Out: nothing, or an error.

Packages by name come from the index that this machine is set up to use. A model's files may name other places, build
its own folder, or set variables such as LD_PRELOAD for its process: that is done only for a model that is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from mlplat.models.trust import Trust
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.errors import InvalidInputError

FILES = (
    "python_env.yaml",
    "conda.yaml",
    "requirements.txt",
    "constraints.txt",
    "requirements.lock",
    "pyproject.toml",
    "uv.lock",
)
_ELSEWHERE = re.compile(r"://|^file:|^[/.]|@\s*\S*[:/]|\.(whl|zip|tar\.gz|tgz|tar\.bz2)(\s|;|$)")
_OPTION = re.compile(r"\s--(?!hash\b)")
_HARMLESS = ("--only-binary", "--pre", "--no-index")


def check_environment(spec: EnvSpec, folder: Path, trust: Trust, *, installs: bool = True) -> None:
    """Refuse what only a trusted model may ask for.

    Args:
        installs: whether anything is to be installed, or only its variables are to be set.

    Raises:
        InvalidInputError: it asks for such a thing and is not trusted; the message names file and line.
    """
    fault = next(chain(_set(spec), _installed(spec) if installs else ()), None)
    if fault is None:
        return
    files = [folder / name for name in FILES if (folder / name).is_file()]
    if not all(trust.allows(str(path)) for path in files):
        raise InvalidInputError(
            f"{folder.name}/{fault}", hint="if you know where the model comes from, say --trust; it may run any code"
        )


def _set(spec: EnvSpec) -> Iterator[str]:
    if spec.variables:
        source = spec.source.name if spec.source else ""
        yield f"{source}: it sets variables, {spec.variables[0][0]} among them, for whatever runs in the environment"


def _installed(spec: EnvSpec) -> Iterator[str]:
    for line, place in zip(spec.requirements, spec.places, strict=True):
        if line.startswith("-") and line.split("=")[0].split()[0] not in _HARMLESS:
            yield f"{place}: {line!r} is an option that changes where packages come from, or builds them"
        elif _OPTION.search(line):
            yield f"{place}: {line!r} has an option that changes how it is built"
        elif _ELSEWHERE.search(line):
            yield f"{place}: {line!r} comes from elsewhere than the package index"
    for line in filter(_ELSEWHERE.search, spec.constraints):
        # A package for which a constraint gives an address is installed from there.
        source = spec.source.name if spec.source else ""
        yield f"{source}: its constraint {line!r} comes from elsewhere than the package index"
    if spec.whole_file and spec.source:
        yield f"{spec.source.name}: it says by code of its own what it needs"

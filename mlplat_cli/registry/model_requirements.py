"""What a model requires, changed afterwards. In: requirements to add or remove. Out: the model's files, written anew.

requirements.txt, the pip list of conda.yaml and requirements.lock are kept in step; python_env.yaml names the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from mlplat_cli.artifacts.repository import ArtifactRepository
from mlplat_cli.environments.requirement import requirement_name
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.model_environment import LOCK

REQUIREMENTS = "requirements.txt"
CONDA = "conda.yaml"
_LONGEST = 1 << 20


def add_requirements(model: ArtifactRepository, lines: Sequence[str]) -> list[str]:
    """Add requirements; one of the same package is replaced. Returns the lines of requirements.txt.

    Raises:
        InvalidInputError: a line is no requirement, or a file of the model cannot be read.
    """
    wanted = {_name(line): line.strip() for line in lines}

    def changed(present: Sequence[str]) -> list[str]:
        left = dict(wanted)
        kept = [left.pop(name, line) if (name := requirement_name(line)) in wanted else line for line in present]
        return kept + list(left.values())

    return _rewrite(model, changed, wanted)


def remove_requirements(model: ArtifactRepository, names: Sequence[str]) -> list[str]:
    """Remove requirements by the names of their packages. Returns the lines of requirements.txt.

    Raises:
        NotFoundError: the model does not require one of them. InvalidInputError: as of `add_requirements`.
    """
    wanted = {_name(line): line for line in names}
    present = {requirement_name(line) for line in _lines(model, REQUIREMENTS)}
    for name, line in wanted.items():
        if name not in present:
            raise NotFoundError(f"the model does not require {line!r}")
    return _rewrite(model, lambda lines: [line for line in lines if requirement_name(line) not in wanted], wanted)


def _name(line: str) -> str:
    name = requirement_name(line.strip())
    if name is None:
        raise InvalidInputError(f"{line!r} is no requirement", hint="such as numpy>=1.20 or name @ https://…")
    return name


def _rewrite(
    model: ArtifactRepository, change: Callable[[Sequence[str]], list[str]], names: Mapping[str, str]
) -> list[str]:
    conda = _read(model, CONDA)
    environment = None if conda is None else _conda(conda, change)
    lines = change(_lines(model, REQUIREMENTS))
    _write(model, REQUIREMENTS, lines)
    if environment is not None:
        model.write(CONDA, [environment.encode()])
    if _read(model, LOCK) is not None:
        # What was installed of them says nothing any more.
        _write(model, LOCK, [line for line in _lines(model, LOCK) if requirement_name(line) not in names])
    return lines


def _conda(text: str, change: Callable[[Sequence[str]], list[str]]) -> str:
    try:
        document: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidInputError(f"{CONDA} of the model is not valid YAML") from error
    dependencies = document.get("dependencies") if isinstance(document, dict) else None
    if not isinstance(dependencies, list):
        raise InvalidInputError(f"{CONDA} of the model has no list of dependencies")
    for each in dependencies:
        if isinstance(each, dict) and isinstance(each.get("pip"), list):
            each["pip"] = change([str(line) for line in each["pip"]])
            break
    else:
        dependencies.append({"pip": change([])})
    written: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return written


def _lines(model: ArtifactRepository, path: str) -> list[str]:
    return (_read(model, path) or "").splitlines()


def _write(model: ArtifactRepository, path: str, lines: Sequence[str]) -> None:
    model.write(path, ["".join(f"{line}\n" for line in lines).encode()])


def _read(model: ArtifactRepository, path: str) -> str | None:
    try:
        with model.open_read(path).stream as stream:
            return stream.read(_LONGEST).decode("utf-8")
    except NotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path} of the model is not UTF-8 text") from error

"""What a model needs installed. In: the model, its flavor, what the caller gave. Out: lines of requirements.txt.

Nothing is loaded again and no process is started: the modules are those of the types and functions that the model
consists of, the versions those of the running process.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Iterable, List, Optional, Sequence, Set, Tuple, Union

from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.models.installed import Distribution, find_distribution, normalized, providing
from mlplat.models.object_graph import modules_of

Requirements = Union[str, Sequence[str]]
LIBRARY = ("mlplat", "mlflow")
"""Never required: the library is put beside a model by whoever serves it."""


def infer_pip_requirements(model: Any, packages: Iterable[str] = ()) -> List[str]:
    """Return pinned requirements of a model, sorted.

    Args:
        packages: import names of what it needs besides what it consists of.
    """
    return sorted({each.pinned for each in distributions_of(model, packages).values()}, key=str.lower)


def distributions_of(model: Any, packages: Iterable[str]) -> Dict[str, Distribution]:
    """Return the distributions that a model needs, by normalized name; a module of the user's own has none."""
    found: Dict[str, Distribution] = {}
    for module in sorted({*packages, *modules_of(model)}):
        distribution = providing(module)
        if distribution is not None and normalized(distribution.name) not in LIBRARY:
            found[normalized(distribution.name)] = distribution
    return found


def modules_without_home(model: Any) -> List[str]:
    """Return the modules of a model that no distribution brings: they must travel with it, as code_paths."""
    missing = []
    for module in sorted(modules_of(model)):
        loaded = sys.modules.get(module)
        is_file = bool(getattr(loaded, "__file__", None)) or bool(getattr(loaded, "__path__", None))
        if module not in ("__main__", *LIBRARY) and is_file and providing(module) is None and not _is_pythons(module):
            missing.append(module)
    return missing


def locked(requirements: Iterable[str]) -> List[str]:
    """Return every installed distribution that these need, they themselves too, pinned and sorted.

    What is not installed here is left out, as is what the lines say in other words than a name.
    """
    from mlplat.models.installed import _REQUIREMENT

    waiting: List[Tuple[str, Tuple[str, ...]]] = []
    for line in requirements:
        matched = None if line.lstrip().startswith(("-", "#")) else _REQUIREMENT.match(line)
        if matched is not None:
            waiting.append((matched[1], tuple(each.strip() for each in (matched[2] or "").split(",") if each.strip())))
    seen: Dict[str, Optional[Distribution]] = {}
    done: Set[Tuple[str, Tuple[str, ...]]] = set()
    while waiting:
        name, extras = waiting.pop()
        key = normalized(name)
        if (key, extras) in done or key in LIBRARY:
            continue
        done.add((key, extras))
        if key not in seen:
            seen[key] = find_distribution(name)
        distribution = seen[key]
        if distribution is not None:
            waiting += distribution.needs(extras)
    return sorted((each.pinned for each in seen.values() if each is not None), key=str.lower)


def given_requirements(given: Requirements) -> Tuple[List[str], List[str]]:
    """Return the requirements and the constraints of what a caller gave: a list, or the path of a requirements file.

    `-r FILE` is read in its place and `-c FILE` gives constraints.

    Raises:
        MlplatException: there is no such file.
    """
    requirements: List[str] = []
    constraints: List[str] = []
    if isinstance(given, (str, os.PathLike)):
        _read(os.fspath(given), requirements, constraints, ())
    else:
        for line in given:
            _take(str(line), os.getcwd(), requirements, constraints, ())
    return requirements, constraints


def not_named(requirements: Iterable[str], packages: Iterable[str]) -> List[str]:
    """Return pinned requirements for those of the packages (import names) that no requirement names."""
    from mlplat.models.installed import _REQUIREMENT

    found = [_REQUIREMENT.match(line) for line in requirements]
    names = {normalized(each[1]) for each in found if each is not None}
    return [each.pinned for name, each in distributions_of(None, packages).items() if name not in names]


def _read(path: str, requirements: List[str], constraints: List[str], above: Tuple[str, ...]) -> None:
    full = os.path.abspath(path)
    if full in above:
        raise MlplatException(f"the requirements file {path} includes itself")
    try:
        with open(full, encoding="utf-8") as file:
            text = file.read().replace("\\\n", "")
    except OSError as error:
        raise MlplatException(f"cannot read the requirements file {path}: {error.strerror}", NOT_FOUND) from error
    for line in text.splitlines():
        _take(line, os.path.dirname(full), requirements, constraints, (*above, full))


def _take(line: str, folder: str, requirements: List[str], constraints: List[str], above: Tuple[str, ...]) -> None:
    text = line.split(" #", maxsplit=1)[0].strip()
    if not text or text.startswith("#"):
        return
    for options, target in ((("-r", "--requirement"), requirements), (("-c", "--constraint"), constraints)):
        for option in options:
            if text.startswith((option + " ", option + "=")):
                place = os.path.join(folder, text[len(option) + 1 :].strip())
                _read(place, target, constraints, above)
                return
    requirements.append(text)


def _is_pythons(module: str) -> bool:
    from mlplat.models.installed import _standard_library

    return module.partition(".")[0] in _standard_library()

"""The frameworks that can log by themselves. In: a name and options. Out: their functions watched, or left alone."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from mlplat.autologging.import_hook import forget, when_imported
from mlplat.autologging.options import configure, options_of
from mlplat.autologging.patching import undo
from mlplat.autologging.reporting import attempt, report

HOMES: Dict[str, str] = {
    "keras": "mlplat.autologging.keras",
    "lightgbm": "mlplat.autologging.lightgbm",
    "pytorch": "mlplat.autologging.pytorch",
    "sklearn": "mlplat.autologging.sklearn",
    "xgboost": "mlplat.autologging.xgboost",
}
"""Where the `FRAMEWORK` of each framework is defined."""


class Framework(NamedTuple):
    """What autologging knows of a framework.

    Args:
        name: the flavor, such as "sklearn".
        module: what is imported when somebody uses the framework.
        install: replaces the framework's functions by `patch`; called when the module is imported.
        tested: the lowest version, and the first one above, that this was tested with.
        own: options that only this framework has, and what they are unless given.
    """

    name: str
    module: str
    install: Callable[[], None]
    tested: Tuple[str, str]
    own: Dict[str, Any]


_installed: List[str] = []


def enable(name: str, given: Dict[str, Any], *, explicit: bool = True) -> None:
    """Turn a framework's autologging on or, with `disable`, off; nothing is imported for it.

    Args:
        given: options by name; `explicit`: they are for this framework alone.
    """
    framework: Framework = import_module(HOMES[name]).FRAMEWORK
    if not configure(name, given, framework.own, explicit=explicit):
        return
    if options_of(name) is None:
        forget(framework.module)
        _uninstall(framework)
    elif name not in _installed:
        when_imported(framework.module, lambda: _install(framework))


def _uninstall(framework: Framework) -> None:
    if framework.name in _installed:
        _installed.remove(framework.name)
        undo(framework.name)


def _install(framework: Framework) -> None:
    options = options_of(framework.name)
    if options is None:
        return
    version = str(getattr(sys.modules[framework.module], "__version__", ""))
    if options["disable_for_unsupported_versions"] and not _is_between(version, framework.tested):
        report(framework.name, f"is off: version {version} is not one of those that it was tested with")
        return
    _installed.append(framework.name)
    if attempt(framework.name, "watching it", lambda: framework.install() or True) is None:
        _uninstall(framework)


def _is_between(version: str, tested: Tuple[str, str]) -> bool:
    found = _numbers(version)
    return found is not None and (_numbers(tested[0]) or ()) <= found < (_numbers(tested[1]) or ())


def _numbers(version: str) -> Optional[Tuple[int, ...]]:
    import re

    parts = re.findall(r"\d+", version)
    return tuple(int(part) for part in parts[:2]) if parts else None

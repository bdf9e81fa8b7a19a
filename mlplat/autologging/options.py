"""What autologging was asked to do. In: the calls of `autolog`. Out: each framework's options, or that it is off."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional

SHARED: Dict[str, Any] = {
    "log_input_examples": False,
    "log_model_signatures": True,
    "log_models": True,
    "log_datasets": True,
    "disable": False,
    "exclusive": False,
    "disable_for_unsupported_versions": False,
    "silent": False,
    "registered_model_name": None,
    "extra_tags": None,
}
"""The options that every framework has, and what they are unless given."""


class Configuration(NamedTuple):
    """One framework's options.

    Args:
        options: all of them, the framework's own too.
        explicit: they were given for this framework; what `mlplat.autolog()` says does not change them then.
    """

    options: Dict[str, Any]
    explicit: bool


_configured: Dict[str, Configuration] = {}


def configure(name: str, given: Dict[str, Any], own: Dict[str, Any], *, explicit: bool) -> bool:
    """Keep what a framework was asked; tells whether it was: its own call counts before `mlplat.autolog()`.

    Args:
        given: options by name. own: the framework's own ones, as they are unless given.
    """
    before = _configured.get(name)
    if before is not None and before.explicit and not explicit:
        return False
    _configured[name] = Configuration({**SHARED, **own, **given}, explicit)
    return True


def options_of(name: str) -> Optional[Dict[str, Any]]:
    """Return a framework's options; None while it is off."""
    found = _configured.get(name)
    return None if found is None or found.options["disable"] else found.options

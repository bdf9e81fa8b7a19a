"""Models as folders: written, loaded, described. In: native models, addresses. Out: folders with an `MLmodel` file.

Each public name is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:  # `as` says to type checkers that a name is public
    from mlplat.models.signature import ModelSignature as ModelSignature
    from mlplat.models.signature import infer_signature as infer_signature

_HOMES = {
    "ModelSignature": "signature",
    "infer_signature": "signature",
}
"""The module that each public name lives in."""

__all__ = list(_HOMES)


def _load(name: str) -> Any:
    """Return a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mlplat.models' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"mlplat.models.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these
    __getattr__ = _load


def __dir__() -> List[str]:
    return sorted({*globals(), *_HOMES})

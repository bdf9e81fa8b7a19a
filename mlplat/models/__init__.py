"""Models as folders: written, loaded, described. In: native models, addresses. Out: folders with an `MLmodel` file.

Each public name is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:  # `as` says to type checkers that a name is public
    from mlplat.models.info import ModelInfo as ModelInfo
    from mlplat.models.info import get_model_info as get_model_info
    from mlplat.models.model import Model as Model
    from mlplat.models.requirements import infer_pip_requirements as infer_pip_requirements
    from mlplat.models.signature import ModelSignature as ModelSignature
    from mlplat.models.signature import infer_signature as infer_signature

_HOMES = {
    "Model": "model",
    "ModelInfo": "info",
    "ModelSignature": "signature",
    "get_model_info": "info",
    "infer_pip_requirements": "requirements",
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

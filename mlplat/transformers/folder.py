"""Folders as `save_pretrained` writes them. In: such a folder. Out: an error where a file could run code."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Iterator, Tuple

if TYPE_CHECKING:
    from mlplat.models.trust import Trust

_PICKLES = (".bin", ".ckpt", ".dill", ".h5", ".joblib", ".npy", ".npz", ".pickle", ".pkl", ".pt", ".pth")
_OWN = ("sentence_transformers.", "torch.nn.")
_IMPORTED = ("activation_function", "module_class", "type")
"""Keys whose dotted values sentence-transformers imports."""


def require_plain(folder: str, trust: Trust) -> None:
    """Let pass a folder of weights as safetensors and settings as JSON.

    Raises:
        MlplatException: it holds a pickle or Python code, or names foreign classes, and may not run code.
    """
    for path, why in _dangers(folder):
        trust.require(path, why)


def _dangers(folder: str) -> Iterator[Tuple[str, str]]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path, suffix = os.path.join(place, name), os.path.splitext(name)[1].lower()
            if suffix in _PICKLES:
                yield path, "it may be a pickle"
            elif suffix == ".py":
                yield path, "it is Python code of the model"
            elif suffix == ".json" and name not in ("tokenizer.json", "vocab.json"):
                foreign = _foreign(path)
                if foreign:
                    yield path, f"it names {foreign}"


def _foreign(path: str) -> str:
    """Return the class that a settings file has imported and that is not of the framework; empty where none."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except ValueError:
        return ""
    return next(_names(content), "")


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _IMPORTED and isinstance(inner, str) and "." in inner and not inner.startswith(_OWN):
                yield inner
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)

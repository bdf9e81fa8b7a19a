"""What pipelines take and give. In: a task. Out: its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from mlplat.models.signature import ModelSignature

_LABELS = (("string", "label"), ("double", "score"))
_TEXT = (("string", None),)
_OUTPUTS = {
    "fill-mask": _TEXT,
    "summarization": _TEXT,
    "text-classification": _LABELS,
    "text-generation": _TEXT,
    "text2text-generation": _TEXT,
    "token-classification": _TEXT,
}


def signature_of_task(task: str) -> "Optional[ModelSignature]":
    """Return the signature of a task that takes a text; None for one that takes something else."""
    from mlplat.models.schema import ColSpec, Schema, TensorSpec
    from mlplat.models.signature import ModelSignature

    inputs = Schema([ColSpec("string")])
    if task == "feature-extraction":
        return ModelSignature(inputs, Schema([TensorSpec("float64", (-1, -1))]))
    outputs = _TEXT if task.startswith("translation") else _OUTPUTS.get(task)
    return ModelSignature(inputs, Schema([ColSpec(*each) for each in outputs])) if outputs else None

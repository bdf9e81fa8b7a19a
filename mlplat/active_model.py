"""Which logged model metrics are about where nothing else is said. In: ids. Out: the id, asked for at each metric."""

from __future__ import annotations

from typing import List, Optional

from mlplat.variables import variable

stack: List[Optional[str]] = [variable("ACTIVE_MODEL_ID")]
"""The last one counts; None is no model."""


def active_model_id() -> Optional[str]:
    """Return the id of the model that metrics are about, or None."""
    return stack[-1]


def enter(model_id: Optional[str]) -> None:
    """Let metrics be about a model from now on, or about none."""
    stack.append(model_id)


def leave() -> None:
    """Go back to what it was before."""
    if len(stack) > 1:
        stack.pop()

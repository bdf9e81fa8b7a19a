"""What a model of somebody's own code is. In: a class that derives from PythonModel. Out: predictions."""

from __future__ import annotations

from typing import Any, Dict, Optional


class PythonModelContext:
    """What a model of own code finds where it is loaded.

    Args:
        artifacts: the local path of each file or folder that came with it, by name.
        model_config: plain values that came with it, or that its loader gave instead.
    """

    def __init__(
        self, artifacts: Optional[Dict[str, str]] = None, model_config: Optional[Dict[str, Any]] = None
    ) -> None:
        self.artifacts: Dict[str, str] = artifacts or {}
        self.model_config: Dict[str, Any] = model_config or {}


class PythonModel:
    """A model of own code: `predict` is what it does, the rest is optional."""

    def load_context(self, context: PythonModelContext) -> None:
        """Make ready once, when the model is loaded: read what `context.artifacts` names."""

    def predict(self, context: Any, model_input: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return predictions; `context` and `params` may be left out of the method's arguments."""
        raise NotImplementedError(f"{type(self).__name__} has no predict")

    def predict_stream(self, context: Any, model_input: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Yield parts of a prediction."""
        raise NotImplementedError(f"{type(self).__name__} has no predict_stream")

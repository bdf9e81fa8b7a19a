"""The loaded model. In: PREDICT frames. Out: ANSWER frames, or ERROR where the model raised or the rows are not its."""

from __future__ import annotations

import json
from typing import Any, Dict

from mlplat.exceptions import MlplatException
from mlplat.worker.bodies import read_body
from mlplat.worker.frames import ERROR, Frame, head_bytes, packed
from mlplat.worker.outputs import answer
from mlplat.worker.rows import rows_of

MODEL, INPUT = "model", "input"
"""The `why` of an ERROR frame: the model raised, or the request is not for it."""

_KEPT_HEADS = 64


class Model:
    """A model that answers frames.

    Args:
        predictor: as `mlplat.models.loading.load_predictor` returns it.
    """

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor
        self._signature = getattr(predictor, "signature", None)
        self._param_schema = getattr(self._signature, "params", None)
        self._takes_arrays = bool(getattr(predictor, "takes_arrays", False))
        self._heads: Dict[bytes, Dict[str, Any]] = {}

    def answered(self, frame: Frame) -> bytes:
        """Return the frame that answers a PREDICT, whatever the model does with it."""
        try:
            head = self._head(frame.head)
            if head["form"] == "body":
                data, params = read_body(frame.body, head["type"], self._signature, self._takes_arrays)
            else:
                data, params = rows_of(frame, head, self._takes_arrays), self._params(head.get("params"))
            return answer(self._predictor.predict(data, params), frame.counts)
        except MlplatException as error:
            return _error(INPUT, error.message)
        except Exception as error:  # a model may raise anything, and goes on being asked
            return _error(MODEL, f"{type(error).__name__}: {error}")

    def _params(self, given: Any) -> Any:
        if self._param_schema is None:
            return None
        from mlplat.models.enforcement import enforce_params

        return enforce_params(given, self._param_schema)

    def _head(self, text: bytes) -> Dict[str, Any]:
        """Read a head; those of one request after another are mostly the same."""
        head = self._heads.get(text)
        if head is None:
            head = json.loads(text)
            if "params" not in head and len(self._heads) < _KEPT_HEADS:
                self._heads[text] = head
        return head


def _error(why: str, message: str) -> bytes:
    return packed(ERROR, head_bytes({"why": why, "message": message}))

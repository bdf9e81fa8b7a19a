"""Predictions over HTTP, in two protocols. In: requests for one model. Out: replies; figures and the log, beside.

Whatever goes wrong on the way is answered in the words of the protocol that was spoken.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from mlplat_cli.serving import inference
from mlplat_cli.serving.faults import FAULTS, fault, retry_headers, scoring_reply
from mlplat_cli.serving.http import Receive, Reply, Scope, body_of, header
from mlplat_cli.serving.inference_messages import read_request
from mlplat_cli.serving.place import Place
from mlplat_cli.serving.scoring import wrapped

if TYPE_CHECKING:
    from mlplat_cli.serving.prediction_log import PredictionLog
    from mlplat_cli.serving.served_model import ServedModel
    from mlplat_cli.serving.tracing import Tracer


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may take.

    Args:
        timeout: seconds. most_bytes: of a body.
    """

    timeout: float = 60.0
    most_bytes: int = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Beside:
    """What takes note of predictions, without keeping them waiting; None takes none.

    Args:
        log: of inputs and outputs. tracer: of how long they took.
    """

    log: PredictionLog | None = None
    tracer: Tracer | None = None


NOTHING_BESIDE = Beside()


class Predictions:
    """Answers requests for predictions.

    Args:
        beside: what takes note of them.
    """

    def __init__(self, limits: Limits, beside: Beside) -> None:
        self._limits = limits
        self._log = beside.log
        self._tracer = beside.tracer

    async def score(self, place: Place, scope: Scope, receive: Receive) -> Reply:
        """Answer a request of MLflow's scoring protocol; raises LeftError where the client went away."""
        began, model = time.perf_counter(), place.model
        try:
            body = await self._body(scope, receive)
            model = place.model  # not before the body is here: a new version may have come meanwhile
            kind = header(scope, b"content-type").decode("latin-1")
            scored = model.reader.read(body, kind)
            answer = (await model.deployment.submit(scored.rows)).json()
            reply = Reply(200, wrapped(answer) if scored.wrapped else answer)
            if self._log is not None:
                reply = self._logged(model, scope, body, reply, kind=kind, began=began)
        except FAULTS as error:
            reply = scoring_reply(error, timeout=self._limits.timeout, most_bytes=self._limits.most_bytes)
        self._count(model, scope, reply.status, time.perf_counter() - began)
        return reply

    async def infer(self, place: Place, scope: Scope, receive: Receive) -> Reply:
        """Answer a request of the Open Inference Protocol; raises LeftError where the client went away."""
        began, model = time.perf_counter(), place.model
        try:
            request = read_request(await self._body(scope, receive))
            model = place.model
            answer = await model.deployment.submit(inference.rows_of(model, request))
            reply = Reply(200, msgspec.json.encode(inference.response(model, request, answer)))
            if self._log is not None:
                inputs = {each.name: each.flat() for each in request.inputs}
                reply = self._logged(model, scope, inputs, reply, kind="", began=began)
        except FAULTS as error:
            limits = self._limits
            status, _, message = fault(error, timeout=limits.timeout, most_bytes=limits.most_bytes)
            reply = Reply(status, msgspec.json.encode({"error": message}), headers=retry_headers(status))
        self._count(model, scope, reply.status, time.perf_counter() - began)
        return reply

    def _body(self, scope: Scope, receive: Receive) -> Awaitable[bytes]:
        return body_of(scope, receive, most=self._limits.most_bytes, seconds=self._limits.timeout)

    def _count(self, model: ServedModel, scope: Scope, status: int, seconds: float) -> None:
        model.deployment.figures.count_answer(status, seconds)
        if self._tracer is not None:
            self._tracer.put(scope, model, status, seconds)

    def _logged(self, model: ServedModel, scope: Scope, inputs: Any, reply: Reply, *, kind: str, began: float) -> Reply:
        """Take note of an answer, and name it in the reply, so that the truth about it can come later."""
        assert self._log is not None
        named = header(scope, b"x-request-id") or uuid.uuid4().hex.encode()
        self._log.put(
            model.log_name,
            model.version,
            None,
            inputs,
            reply.content,
            latency_ms=(time.perf_counter() - began) * 1000,
            request_id=named.decode("latin-1"),
            content_type=kind,
        )
        return Reply(reply.status, reply.content, headers=((b"x-request-id", named),))

"""Answers in JSON outside the endpoint table. In: a body, or what a route raised. Out: a response as all others are."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.responses import Response

from mlplat_cli.wire.faults import BROKEN, WRONG_VERB, Fault, body_of, error_body, fault_of

JSON = "application/json"

_log = logging.getLogger(__name__)


def json_answer(body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a request that was fulfilled."""
    return Response(body, headers=headers, media_type=JSON)


def failed(error: Exception) -> Response:
    """Answer a request that raised; what nobody foresaw is told to the server's log alone."""
    fault = fault_of(error)
    if fault is BROKEN:
        _log.error("a request failed", exc_info=error)
    return Response(body_of(error), fault.status, media_type=JSON)


def refused(fault: Fault, message: str) -> Response:
    """Answer a request that is not even looked at."""
    return Response(error_body(fault, message), fault.status, media_type=JSON)


def wrong_verb(route: str, verb: str) -> Response:
    """Answer a request for a path that does not take its verb."""
    return refused(WRONG_VERB, f"{route} does not take {verb}")

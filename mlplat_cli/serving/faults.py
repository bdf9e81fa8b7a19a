"""What goes wrong with a prediction, in the words of HTTP. In: an exception. Out: status, code and one line."""

from __future__ import annotations

import math

import msgspec

from mlplat.worker.model import INPUT
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.deployment import BusyError, GoneError, TooLateError
from mlplat_cli.serving.http import TEXT_TYPE, Reply, TooLargeError, TooSlowError
from mlplat_cli.serving.scoring import UnsupportedTypeError
from mlplat_cli.serving.worker import ModelError

FAULTS = (
    InvalidInputError,
    ModelError,
    UnsupportedTypeError,
    TooLargeError,
    TooSlowError,
    BusyError,
    GoneError,
    TooLateError,
)
"""Everything that `fault` knows."""

RETRY_SECONDS = 1


def fault(error: Exception, *, timeout: float = math.inf, most_bytes: int = 0) -> tuple[int, str, str]:
    """Return status, error code and message for what went wrong.

    Args:
        timeout: seconds that a request may take. most_bytes: that a body may have.
    """
    match error:
        case InvalidInputError():
            return 400, "INVALID_PARAMETER_VALUE", error.message
        case ModelError() if error.why == INPUT:
            return 400, "INVALID_PARAMETER_VALUE", error.message
        case ModelError():
            return 400, "BAD_REQUEST", f"the model could not predict with this input: {error.message}"
        case UnsupportedTypeError():
            return 415, "UNSUPPORTED_MEDIA_TYPE", str(error)
        case TooLargeError():
            return 413, "REQUEST_TOO_LARGE", f"the body has more than {most_bytes} bytes (--max-request-bytes)"
        case TooSlowError():
            return 408, "REQUEST_TIMEOUT", f"the body did not arrive within {timeout:g} seconds (--timeout)"
        case TooLateError():
            return 504, "DEADLINE_EXCEEDED", f"there was no answer within {timeout:g} seconds (--timeout)"
        case BusyError():
            return 503, "TEMPORARILY_UNAVAILABLE", "too many requests wait already; ask again in a moment"
        case _:
            return 503, "TEMPORARILY_UNAVAILABLE", "the model's process ended before it answered; ask again"


def scoring_reply(error: Exception, *, timeout: float, most_bytes: int) -> Reply:
    """Return the reply to a request of MLflow's protocol."""
    status, code, message = fault(error, timeout=timeout, most_bytes=most_bytes)
    if status == 415:  # noqa: PLR2004 - which that protocol answers in plain words
        return Reply(status, message.encode(), TEXT_TYPE)
    content = msgspec.json.encode({"error_code": code, "message": message})
    return Reply(status, content, headers=retry_headers(status))


def retry_headers(status: int) -> list[tuple[bytes, bytes]]:
    """Return when to ask again, where that helps."""
    return [(b"retry-after", b"%d" % RETRY_SECONDS)] if status == 503 else []  # noqa: PLR2004 - Service Unavailable

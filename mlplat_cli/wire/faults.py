"""Errors as the protocol shows them. In: an exception. Out: an error code, an HTTP status and a JSON body.

No status that the stock client retries (408, 429, 500, 502, 503, 504) is ever the answer to a caller's mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from mlplat_cli.errors import (
    AlreadyExistsError,
    InvalidInputError,
    MlplatError,
    NotFoundError,
    NotSupportedError,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of the protocol.

    Args:
        code: MLflow's name for it. status: the HTTP status it travels with.
    """

    code: str
    status: int


INVALID = Fault("INVALID_PARAMETER_VALUE", 400)
UNAUTHENTICATED = Fault("UNAUTHENTICATED", 401)
FORBIDDEN = Fault("PERMISSION_DENIED", 403)
UNKNOWN_ENDPOINT = Fault("ENDPOINT_NOT_FOUND", 404)
WRONG_VERB = Fault("ENDPOINT_NOT_FOUND", 405)
NOT_ANSWERED = Fault("NOT_IMPLEMENTED", 501)
BROKEN = Fault("INTERNAL_ERROR", 500)

_FAULTS: tuple[tuple[type[MlplatError], Fault], ...] = (
    (InvalidInputError, INVALID),
    (AlreadyExistsError, Fault("RESOURCE_ALREADY_EXISTS", 400)),
    (NotFoundError, Fault("RESOURCE_DOES_NOT_EXIST", 404)),
    (NotSupportedError, NOT_ANSWERED),
)


class FaultMessage(msgspec.Struct, kw_only=True, frozen=True):
    """The body of an error, whatever was asked."""

    error_code: str
    message: str


_UNFORESEEN = "the server met a fault that it did not foresee; its own log tells more"


def fault_of(error: BaseException) -> Fault:
    """Translate an exception; whatever is not listed is INTERNAL_ERROR."""
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), BROKEN)


def error_body(fault: Fault, message: str) -> bytes:
    """Write the JSON that every client reads; `message` is one line or a few, never a traceback."""
    return msgspec.json.encode(FaultMessage(error_code=fault.code, message=message))


def error_message(error: BaseException) -> str:
    """Say an exception to a caller: the line and hint of our own errors, nothing of any other."""
    if not isinstance(error, MlplatError):
        return _UNFORESEEN
    return f"{error.message} ({error.hint})" if error.hint else error.message

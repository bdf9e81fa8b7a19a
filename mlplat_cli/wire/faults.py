"""Errors as the protocol shows them. In: an exception. Out: an error code, an HTTP status and a JSON body; and back.

No status that the stock client retries (408, 429, 500, 502, 503, 504) is ever the answer to a caller's mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from mlplat_cli.errors import (
    AlreadyExistsError,
    FilterError,
    GateError,
    InvalidInputError,
    MlplatError,
    NotFoundError,
    NotSupportedError,
    StoreError,
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


class FaultMessage(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The body of an error; MLflow knows the first two.

    Args:
        message: for a reader, the hint in it. hint: the end of the message that is a hint.
        filter, position: the text that does not parse, and the 0-based offset of the mistake in it.
        gates, waiting: what holds a change of the registry up, and which of it a command would open.
    """

    error_code: str
    message: str
    hint: str | None = None
    filter: str | None = None
    position: int | None = None
    gates: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


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


def body_of(error: BaseException) -> bytes:
    """Write an exception as the JSON that every client reads, with all that ours can tell its user."""
    place = (error.text, error.position) if isinstance(error, FilterError) else (None, None)
    gates = (error.gates, error.waiting) if isinstance(error, GateError) else ((), ())
    hint = error.hint if isinstance(error, MlplatError) else None
    return msgspec.json.encode(
        FaultMessage(
            error_code=fault_of(error).code,
            message=error_message(error),
            hint=hint,
            filter=place[0],
            position=place[1],
            gates=gates[0],
            waiting=gates[1],
        )
    )


def error_of(fault: FaultMessage) -> MlplatError:
    """Turn a server's answer back into the error that it was; StoreError for what its caller is not at fault for."""
    hint, message = fault.hint, fault.message
    if hint:
        message = message.removesuffix(f" ({hint})")
    # Other servers add what their database said, statement and values, from the second line on.
    message = message.partition("\n")[0]
    if fault.filter is not None and fault.position is not None:
        return FilterError(message, text=fault.filter, position=fault.position, hint=hint)
    if fault.gates:
        return GateError(message, gates=fault.gates, waiting=fault.waiting, hint=hint)
    return _KINDS.get(fault.error_code, StoreError)(message, hint=hint)


_KINDS: dict[str, type[MlplatError]] = {
    **{fault.code: kind for kind, fault in _FAULTS},
    "BAD_REQUEST": InvalidInputError,
    "NOT_FOUND": NotFoundError,
    "ENDPOINT_NOT_FOUND": NotSupportedError,
    "INVALID_STATE": InvalidInputError,
    "RESOURCE_CONFLICT": AlreadyExistsError,
}

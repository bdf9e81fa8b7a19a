"""The one error that the library raises on purpose. In: what went wrong. Out: a line that says so.

`MlflowException` is its second name and `RestException` its third, so that ported code may go on catching them.
"""

from __future__ import annotations

INVALID = "INVALID_PARAMETER_VALUE"
NOT_FOUND = "RESOURCE_DOES_NOT_EXIST"
BAD_STATE = "INVALID_STATE"
IO_FAILED = "IO_ERROR"
UNREACHABLE = "TEMPORARILY_UNAVAILABLE"


class MlplatException(Exception):  # noqa: N818 - named as the exception that ported code catches
    """A call that could not be carried out; nothing was logged by it.

    Args:
        message: one line that names what is at fault.
        error_code: one of the REST protocol's codes.
    """

    def __init__(self, message: str, error_code: str = INVALID) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code


MlflowException = MlplatException
RestException = MlplatException

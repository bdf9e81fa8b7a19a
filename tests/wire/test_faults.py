"""Errors as the protocol shows them."""

import json

import pytest

from mlplat_cli import errors
from mlplat_cli.wire.enums import run_status, shown_status, view_type
from mlplat_cli.wire.faults import error_body, error_message, fault_of

RETRIED = {408, 429, 500, 502, 503, 504}


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (errors.InvalidInputError("x"), "INVALID_PARAMETER_VALUE", 400),
        (errors.FilterError("x", text="a", position=0), "INVALID_PARAMETER_VALUE", 400),
        (errors.GateError("x", gates=("a",)), "INVALID_PARAMETER_VALUE", 400),
        (errors.AlreadyExistsError("x"), "RESOURCE_ALREADY_EXISTS", 400),
        (errors.NotFoundError("x"), "RESOURCE_DOES_NOT_EXIST", 404),
        (errors.NotSupportedError("x"), "NOT_IMPLEMENTED", 501),
        (errors.StoreError("x"), "INTERNAL_ERROR", 500),
        (errors.ArtifactError("x"), "INTERNAL_ERROR", 500),
        (ValueError("x"), "INTERNAL_ERROR", 500),
    ],
)
def test_every_error_has_its_code(error: Exception, code: str, status: int) -> None:
    fault = fault_of(error)
    assert (fault.code, fault.status) == (code, status)
    assert (fault.status in RETRIED) == (code == "INTERNAL_ERROR")


def test_only_our_own_words_are_shown() -> None:
    assert error_message(RuntimeError("SELECT secret FROM users")) == error_message(ValueError())
    assert "SELECT" not in error_message(RuntimeError("SELECT secret FROM users"))
    assert error_message(errors.InvalidInputError("bad", hint="do this")) == "bad (do this)"
    body = json.loads(error_body(fault_of(errors.NotFoundError("x")), "gone"))
    assert body == {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "gone"}


def test_a_lost_run_is_a_failed_one_to_stock_clients() -> None:
    from mlplat_cli.entities import RunStatus

    assert shown_status(RunStatus.LOST) == "FAILED"
    assert shown_status(RunStatus.KILLED) == "KILLED"


@pytest.mark.parametrize(("value", "status"), [("FINISHED", "FINISHED"), (3, "FINISHED"), ("5", "KILLED")])
def test_a_status_is_a_name_or_a_number(value: str | int, status: str) -> None:
    assert run_status(value) == status


@pytest.mark.parametrize("value", ["NOPE", "LOST", 0, 6, "", "finished"])
def test_an_unknown_status_is_refused(value: str | int) -> None:
    with pytest.raises(errors.InvalidInputError, match="status"):
        run_status(value)


def test_a_view_type_is_a_name_or_a_number() -> None:
    assert view_type(None) == "ACTIVE_ONLY"
    assert view_type(2) == "DELETED_ONLY"
    assert view_type("ALL") == "ALL"

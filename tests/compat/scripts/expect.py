"""What the scripts expect of a refused call, and how they say what they made."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow.exceptions import MlflowException


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block ends with MLflow's error of that code."""
    try:
        yield
    except MlflowException as error:
        found = error.error_code
    else:
        found = "nothing"
    if found != code:
        raise AssertionError(f"{code} was expected, {found} came")


def report(run_id: str) -> None:
    """Hand the id of the run to look at to the test."""
    Path(os.environ["OUTCOME"]).write_text(run_id)

"""Runs by what a person types."""

import pytest

from mlplat_cli.errors import NotFoundError
from mlplat_cli.tracking.finding import find_run
from mlplat_cli.tracking.session import TrackingSession

NAMES = [
    "plain",
    "it's",
    'the "best"',
    """it's the "best" one""",
    "100%",
    "a\\b",
    "a\nb",
    "'\"\\",
    "; drop",
    "$(x)",
    "é😀",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_found_by_any_name(name: str, session: TrackingSession) -> None:
    ids = {each: session.store.create_run("0", run_name=each).info.run_id for each in NAMES}
    assert find_run(session.store, name).info.run_id == ids[name]


@pytest.mark.parametrize("name", ["", "'", '"', "'\"", "\0", "%", "----", "a" * 130_000], ids=range(8))
def test_a_name_that_no_run_has(name: str, session: TrackingSession) -> None:
    session.store.create_run("0", run_name="plain")
    with pytest.raises(NotFoundError):
        find_run(session.store, name)

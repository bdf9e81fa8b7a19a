from __future__ import annotations

from collections.abc import Callable

import pytest

from mlplat_cli.artifacts.location import open_location
from mlplat_cli.entities import ModelOutput
from mlplat_cli.errors import NotFoundError
from mlplat_cli.tracking.run_artifacts import RunArtifacts
from mlplat_cli.tracking.session import TrackingSession
from tests.tracking.builders import WrittenJournal


def stored(session: TrackingSession, run_id: str) -> RunArtifacts:
    return RunArtifacts(session, session.store.get_run(run_id))


@pytest.fixture
def run_id(begin: Callable[..., WrittenJournal], session: TrackingSession) -> str:
    journal = begin()
    journal.stage("0", b"plot", "plots/a.txt")
    session.refresh()
    model = session.store.create_logged_model("0", name="model", source_run_id=journal.run_id)
    open_location(model.artifact_uri, session.address.home).write("data/weights.bin", [b"weights"])
    session.store.log_outputs(journal.run_id, [ModelOutput(model_id=model.model_id)])
    return journal.run_id


def test_a_logged_model_is_a_folder_of_its_name(session: TrackingSession, run_id: str) -> None:
    artifacts = stored(session, run_id)
    assert [(info.path, info.is_dir) for info in artifacts.list()] == [("model", True), ("plots", True)]
    assert [info.path for info in artifacts.list("model/data")] == ["model/data/weights.bin"]
    assert [info.path for info in artifacts.walk()] == ["plots/a.txt", "model/data/weights.bin"]


def test_both_kinds_of_files_are_read(session: TrackingSession, run_id: str) -> None:
    artifacts = stored(session, run_id)
    for path, content in (("plots/a.txt", b"plot"), ("model/data/weights.bin", b"weights")):
        with artifacts.open_read(path).stream as stream:
            assert stream.read() == content
    with pytest.raises(NotFoundError):
        artifacts.open_read("nope")


def test_a_deleted_model_is_left_out(session: TrackingSession, run_id: str) -> None:
    for output in session.store.get_run(run_id).outputs.model_outputs:
        session.store.delete_logged_model(output.model_id)
    assert [info.path for info in stored(session, run_id).list()] == ["plots"]

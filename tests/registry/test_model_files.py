"""From every URI to the files: of a local store, and of a server through the cache."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplat_cli.artifacts import LocalRepository, OpenedArtifact
from mlplat_cli.entities import LoggedModelStatus, ModelOutput
from mlplat_cli.errors import ArtifactError, InvalidInputError, NotFoundError, NotSupportedError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.registry import cache
from mlplat_cli.registry.files import fetch
from mlplat_cli.registry.resolution import ResolvedModel, resolve
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession
from tests.servers.rest import RestServer

FILES = {"MLmodel": b"flavors: {}\n", "model/weights.bin": bytes(range(256))}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MLPLAT_CACHE_DIR", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    forget()


def forget() -> None:
    """Let go of what this process holds, as its end would."""
    for held in cache._held.values():
        held.close()
    cache._held.clear()


@pytest.fixture
def local(tmp_path: Path) -> Iterator[TrackingSession]:
    with TrackingSession(find_store(str(tmp_path / "home"))) as session:
        yield session


@pytest.fixture
def served(tmp_path: Path, rest_server: RestServer) -> Iterator[TrackingSession]:
    with rest_server.serving(tmp_path) as url, TrackingSession(find_store(url)) as session:
        yield session


def log_model(session: TrackingSession, run_id: str, name: str, files: dict[str, bytes] = FILES) -> str:
    """Log a model as MLflow 3 does, beside its run; return its id."""
    store = session.store
    model = store.create_logged_model("0", name=name, source_run_id=run_id)
    store.log_outputs(run_id, [ModelOutput(model_id=model.model_id, step=0)])
    for path, content in files.items():
        session.artifacts(model.artifact_uri).write(path, [content])
    store.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    return model.model_id


def register(session: TrackingSession) -> tuple[str, str]:
    """Make wine with two versions; return the run's and the newer model's id."""
    store = session.store
    run_id = store.create_run("0", run_name="train").info.run_id
    model_id = log_model(session, run_id, "model")
    store.create_registered_model("wine")
    store.create_model_version("wine", f"models:/{model_id}")
    store.create_model_version("wine", f"runs:/{run_id}/model", run_id=run_id)
    store.set_alias("wine", "champion", "1")
    store.transition_stage("wine", "1", "Production", archive_existing=False)
    return run_id, model_id


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", ["local", "served"])
def test_every_form_names_the_same_files(request: pytest.FixtureRequest, kind: str, tmp_path: Path):
    session: TrackingSession = request.getfixturevalue(kind)
    run_id, model_id = register(session)
    versions = {
        "models:/wine/1": "1",
        "models:/wine/2": "2",
        "models:/wine/latest": "2",
        "models:/wine/LATEST": "2",
        "models:/wine@champion": "1",
        "models:/wine@latest": "2",
        "models:/wine/production": "1",
    }
    for uri, version in versions.items():
        found = resolve(session.store, uri)
        assert (found.name, found.version, found.run_id, found.model_id) == ("wine", version, run_id, model_id)
        assert content(fetch(session, found, SilentProgress())) == FILES
    for uri in (f"models:/{model_id}", f"runs:/{run_id}/model", f"runs:/{run_id[:8]}/model", "runs:/train/model"):
        found = resolve(session.store, uri)
        assert (found.name, found.run_id, found.model_id) == (None, run_id, model_id)
        assert content(fetch(session, found, SilentProgress())) == FILES
    assert resolve(session.store, "runs:/train/model").uri == f"runs:/{run_id}/model"
    within = resolve(session.store, f"runs:/{run_id}/model/model")
    assert content(fetch(session, within, SilentProgress())) == {"weights.bin": FILES["model/weights.bin"]}
    assert within.model_id is None  # a part of a model is no model
    address = session.store.get_logged_model(model_id).artifact_uri
    assert content(fetch(session, resolve(session.store, address), SilentProgress())) == FILES
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "MLmodel").write_bytes(FILES["MLmodel"])
    for uri in (str(folder), folder.as_uri()):
        assert fetch(session, resolve(session.store, uri), SilentProgress()) == folder


@pytest.mark.parametrize("kind", ["local", "served"])
def test_what_is_not_there(request: pytest.FixtureRequest, kind: str, tmp_path: Path):
    session: TrackingSession = request.getfixturevalue(kind)
    run_id, _ = register(session)
    store = session.store
    store.create_registered_model("empty")
    for uri in (
        "models:/beer/1", "models:/wine/9", "models:/wine@loser", "models:/wine/Staging", "models:/empty/latest",
        "models:/empty@latest", "models:/m-" + "9" * 32, "runs:/nobody/model", str(tmp_path / "nowhere"),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            resolve(store, uri)
    with pytest.raises(InvalidInputError, match="Stag"):
        resolve(store, "models:/wine/Stagging")
    for uri in (f"runs:/{run_id}/other", "mlflow-artifacts:/models/none"):
        with pytest.raises(NotFoundError, match="no files"):
            fetch(session, resolve(store, uri), SilentProgress())
    store.create_model_version("wine", "s3://bucket/model")
    with pytest.raises(NotSupportedError, match="s3://bucket/model"):
        fetch(session, resolve(store, "models:/wine/latest"), SilentProgress())


def test_a_local_model_is_not_copied(local: TrackingSession, own_cache: Path):
    register(local)
    folder = fetch(local, resolve(local.store, "models:/wine@champion"), SilentProgress())
    assert folder.is_relative_to(local.address.home)
    assert not own_cache.exists()


def test_a_server_is_asked_once_for_a_content(served: TrackingSession, own_cache: Path):
    run_id, _ = register(served)
    first = fetch(served, resolve(served.store, "models:/wine/1"), SilentProgress())
    again = log_model(served, run_id, "again")  # another model of the same bytes
    assert fetch(served, resolve(served.store, f"models:/{again}"), SilentProgress()) == first
    changed = log_model(served, run_id, "other", {**FILES, "MLmodel": b"flavors: {a: {}}\n"})
    other = fetch(served, resolve(served.store, f"models:/{changed}"), SilentProgress())
    assert other != first
    assert content(other)["MLmodel"] == b"flavors: {a: {}}\n"
    assert not os.access(first / "MLmodel", os.W_OK) or os.geteuid() == 0
    shutil.rmtree(first)
    assert content(fetch(served, resolve(served.store, "models:/wine/1"), SilentProgress())) == FILES


def test_a_server_that_tells_no_digests_is_asked_each_time(own_cache: Path, tmp_path: Path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "MLmodel").write_bytes(b"one")
    quiet = LocalRepository(folder)
    first = cache.cached(quiet, "a model", SilentProgress())
    assert cache.cached(quiet, "a model", SilentProgress()) == first
    (folder / "MLmodel").write_bytes(b"two")
    second = cache.cached(quiet, "a model", SilentProgress())
    assert [content(each)["MLmodel"] for each in (first, second)] == [b"one", b"two"]
    assert {path.name for path in (own_cache / "models").iterdir() if path.is_dir()} == {first.name, second.name}


def test_what_a_download_left_undone_is_not_there(own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_bytes(name.encode())
    broken = LocalRepository(folder)

    def cut_off(path: str) -> OpenedArtifact:
        if path == "b":
            raise ArtifactError("the line was cut")
        return LocalRepository(folder).open_read(path)

    monkeypatch.setattr(broken, "open_read", cut_off)
    with pytest.raises(ArtifactError, match="the line was cut"):
        cache.cached(broken, "a model", SilentProgress())
    assert list((own_cache / "models").iterdir()) == []
    assert content(cache.cached(LocalRepository(folder), "a model", SilentProgress())) == {"a": b"a", "b": b"b"}


def test_many_at_once_make_one_copy(served: TrackingSession, own_cache: Path):
    register(served)
    resolved = resolve(served.store, "models:/wine/1")
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetch(served, resolved, SilentProgress()))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert content(*set(found)) == FILES
    assert [path.name for path in (own_cache / "models").iterdir() if path.is_dir()] == [found[0].name]


def test_what_nobody_holds_goes_in_time(served: TrackingSession, own_cache: Path):
    register(served)
    folder = fetch(served, resolve(served.store, "models:/wine/1"), SilentProgress())
    left = own_cache / "models" / ".left-by-a-killed-process"
    left.mkdir()
    long_ago = time.time() - 2 * cache.MONTH_SECONDS
    for path in (folder, left):
        os.utime(path, (long_ago, long_ago))
    assert cache.prune() == 0
    assert folder.is_dir()  # this process works with it
    assert not left.exists()
    forget()
    assert cache.prune() == 1
    assert list((own_cache / "models").iterdir()) == []


def test_a_folder_of_another_machine(served: TrackingSession):
    with pytest.raises(NotFoundError, match="not on this machine"):
        fetch(served, ResolvedModel("models:/wine/1", "file:///nowhere/at/all"), SilentProgress())

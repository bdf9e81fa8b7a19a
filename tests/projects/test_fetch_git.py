from __future__ import annotations

import multiprocessing
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplat_cli.errors import FetchError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects import fetch as fetch_module
from mlplat_cli.projects.checkout import Checkout
from mlplat_cli.projects.fetch import fetch
from mlplat_cli.projects.source import parse_source
from tests.projects.git_repository import Repository, Steps, make_repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = make_repository(tmp_path / "origin")
    made.commit_files({"MLproject": "name: one\n", "sub/v1.0/train.py": "print(1)\n"})
    made.git("tag", "v1")
    made.git("tag", "-a", "v2", "-m", "annotated")
    made.git("checkout", "--quiet", "-b", "feature/x")
    made.commit_files({"MLproject": "name: two\n"})
    made.git("checkout", "--quiet", "main")
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def bring(uri: str, version: str | None, cache: Path, steps: Steps | None = None) -> Checkout:
    return fetch(parse_source(uri), version, cache=cache, progress=steps or SilentProgress())


def head(folder: Path, *args: str) -> str:
    return Repository(folder).git(*args)


def test_the_default_branch(repository: Repository, cache: Path) -> None:
    with bring(repository.address, None, cache) as checkout:
        assert checkout.commit == repository.git("rev-parse", "main")
        assert (checkout.branch, checkout.version, checkout.is_temporary) == ("main", None, True)
        assert checkout.repo_url == repository.address
        assert (checkout.project_dir / "MLproject").read_text() == "name: one\n"
        assert head(checkout.root, "rev-parse", "HEAD") == checkout.commit
        assert head(checkout.root, "branch", "--show-current") == "main"
        assert head(checkout.root, "remote", "get-url", "origin") == repository.address
        assert head(checkout.root, "describe", "--tags") in ("v1", "v2")
        assert head(checkout.root, "status", "--porcelain") == ""
    assert not checkout.root.exists()
    assert list((cache / "checkouts").iterdir()) == []


@pytest.mark.parametrize(("version", "branch"), [("v1", None), ("v2", None), ("feature/x", "feature/x")])
def test_tags_and_branches(repository: Repository, cache: Path, version: str, branch: str | None) -> None:
    with bring(repository.address, version, cache) as checkout:
        assert checkout.commit == repository.git("rev-parse", f"{version}^{{commit}}")
        assert checkout.branch == branch


def test_full_and_short_commits(repository: Repository, cache: Path) -> None:
    commit = repository.git("rev-parse", "feature/x")
    for version in (commit, commit[:7]):
        with bring(repository.address, version, cache) as checkout:
            assert (checkout.commit, checkout.branch) == (commit, None)


def test_a_commit_that_no_branch_holds(repository: Repository, cache: Path) -> None:
    lost = repository.commit(a="lost")
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    with bring(repository.address, lost, cache) as checkout:
        assert checkout.commit == lost


def test_a_commit_that_is_cached_needs_no_network(repository: Repository, cache: Path) -> None:
    with bring(repository.address, "feature/x", cache) as checkout:
        commit = checkout.commit
    shutil.move(repository.path, repository.path.with_name("gone"))
    source = parse_source("https://host.invalid/x")
    assert source
    from mlplat_cli.projects.source import Source, SourceKind

    away = Source(SourceKind.GIT, repository.address, repository.address)
    steps = Steps()
    with fetch(away, commit, cache=cache, progress=steps) as again:
        assert again.commit == commit
    assert not [step for step in steps.steps if step.startswith(("fetching", "looking"))]
    with pytest.raises(FetchError, match="there is no such repository"):
        fetch(away, "feature/x", cache=cache, progress=steps)


def test_a_second_run_fetches_only_what_is_new(repository: Repository, cache: Path) -> None:
    bring(repository.address, None, cache).close()
    steps = Steps()
    bring(repository.address, "v1", cache, steps).close()
    assert not [step for step in steps.steps if step.startswith("fetching")]
    new = repository.commit(a="new")
    with bring(repository.address, None, cache, steps) as checkout:
        assert checkout.commit == new
    assert len([step for step in steps.steps if step.startswith("fetching")]) == 1
    assert len(list((cache / "git").glob("*.git"))) == 1


def test_rewritten_and_renamed_branches(repository: Repository, cache: Path) -> None:
    bring(repository.address, "feature/x", cache).close()
    repository.git("branch", "-m", "feature/x", "feature")
    repository.git("branch", "feature-2", "main")
    repository.git("branch", "-f", "feature", "main~0")
    repository.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "rewritten")
    repository.git("tag", "-f", "v1")
    for version in ("feature", "main", "v1", None):
        with bring(repository.address, version, cache) as checkout:
            assert checkout.commit == repository.git("rev-parse", version or "main")


def test_a_branch_comes_before_a_tag_of_its_name(repository: Repository, cache: Path) -> None:
    repository.git("tag", "feature/x", "main")
    with bring(repository.address, "feature/x", cache) as checkout:
        assert checkout.branch == "feature/x"
        assert checkout.commit == repository.git("rev-parse", "refs/heads/feature/x")


def test_a_branch_that_looks_like_a_commit(repository: Repository, cache: Path) -> None:
    repository.git("branch", "deadbeef", "feature/x")
    with bring(repository.address, "deadbeef", cache) as checkout:
        assert checkout.branch == "deadbeef"


def test_unknown_versions_are_named_with_near_ones(repository: Repository, cache: Path) -> None:
    with pytest.raises(FetchError, match="no branch, tag or commit 'feature/y'") as raised:
        bring(repository.address, "feature/y", cache)
    assert raised.value.hint == "did you mean -v feature/x?"
    with pytest.raises(FetchError, match=r"no branch, tag or commit 'f{40}'") as raised:
        bring(repository.address, "f" * 40, cache)
    assert raised.value.hint == "it has feature/x, main, v1, v2"
    assert list((cache / "checkouts").glob("*")) == []


def test_an_empty_repository(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(FetchError, match="has no commits"):
        bring(make_repository(tmp_path / "empty").address, None, cache)


def test_a_subdirectory(repository: Repository, cache: Path) -> None:
    with bring(f"{repository.address}#sub/v1.0", None, cache) as checkout:
        assert checkout.project_dir == checkout.root / "sub/v1.0"
    with pytest.raises(FetchError, match=r"no folder 'sub/v1\.1'") as raised:
        bring(f"{repository.address}#sub/v1.1", None, cache)
    assert raised.value.hint == "did you mean #sub/v1.0?"
    assert list((cache / "checkouts").glob("*")) == []


def test_a_subdirectory_that_is_a_link_out(repository: Repository, cache: Path, tmp_path: Path) -> None:
    (repository.path / "out").symlink_to(tmp_path)
    repository.commit()
    with pytest.raises(FetchError, match="leads out of the project"):
        bring(f"{repository.address}#out", None, cache)


def test_a_local_folder_runs_in_place(repository: Repository, cache: Path) -> None:
    with bring(f"{repository.path}#sub/v1.0", None, cache) as checkout:
        assert (checkout.root, checkout.project_dir) == (repository.path, repository.path / "sub/v1.0")
        assert not checkout.is_temporary
    assert repository.path.exists()
    assert not cache.exists()


def test_a_version_of_a_local_folder_leaves_the_users_tree_alone(repository: Repository, cache: Path) -> None:
    repository.git("remote", "add", "origin", "https://me:hunter2@example.org/a/b.git")
    (repository.path / "MLproject").write_text("edited\n")
    before = [repository.git(*words.split()) for words in ("status --porcelain", "rev-parse HEAD", "remote -v")]
    with bring(f"{repository.path}#sub", "feature/x", cache) as checkout:
        assert (checkout.root / "MLproject").read_text() == "name: two\n"
        assert checkout.project_dir == checkout.root / "sub"
        assert (checkout.branch, checkout.repo_url) == ("feature/x", "https://example.org/a/b.git")
    with bring(str(repository.path / "sub"), "v1", cache) as checkout:
        assert checkout.project_dir == checkout.root / "sub"
    assert before == [repository.git(*words.split()) for words in ("status --porcelain", "rev-parse HEAD", "remote -v")]
    assert repository.git("branch", "--show-current") == "main"


def test_a_version_known_from_the_remote_only(repository: Repository, tmp_path: Path, cache: Path) -> None:
    repository.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    for version in ("feature/x", "origin/feature/x"):
        with bring(str(tmp_path / "clone"), version, cache) as checkout:
            assert checkout.commit == repository.git("rev-parse", "feature/x")


def test_a_version_of_a_folder_without_git(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(FetchError, match="is not a git repository, so it has no version 'v1'"):
        bring(str(tmp_path / "plain"), "v1", cache)


def test_several_checkouts_do_not_meet(repository: Repository, cache: Path) -> None:
    with bring(repository.address, None, cache) as one, bring(repository.address, None, cache) as two:
        assert one.root != two.root
        (one.root / "MLproject").write_text("changed\n")
        assert (two.root / "MLproject").read_text() == "name: one\n"


def test_a_checkout_that_is_closed_twice_or_made_read_only(repository: Repository, cache: Path) -> None:
    checkout = bring(repository.address, None, cache)
    (checkout.root / "sub").chmod(0o500)
    checkout.close()
    checkout.close()
    assert not checkout.root.exists()


def _fetch_and_report(address: str, cache: Path, barrier: object, results: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    with bring(address, None, cache) as checkout:
        results.put(checkout.commit)  # type: ignore[attr-defined]


def test_processes_at_once_share_one_mirror(repository: Repository, cache: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(3), context.Queue()
    processes = [
        context.Process(target=_fetch_and_report, args=(repository.address, cache, barrier, results)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    commits = {results.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()
    assert commits == {repository.git("rev-parse", "HEAD")}
    assert [path.suffix for path in sorted((cache / "git").iterdir())] == [".git", ".lock"]


def test_an_interrupted_fetch_leaves_no_mirror(
    repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlplat_cli.projects import mirror

    run = mirror._Mirror._run_fetch

    def interrupted(*args: object, **options: object) -> None:
        run(*args, **options)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mirror._Mirror, "_run_fetch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bring(repository.address, None, cache)
    assert not list((cache / "git").glob("*.git"))
    bring(repository.address, None, cache).close()
    assert not list((cache / "git").glob("*.new"))


def test_locks_that_a_killed_git_left_are_no_obstacle(repository: Repository, cache: Path) -> None:
    bring(repository.address, None, cache).close()
    mirror = next((cache / "git").glob("*.git"))
    (mirror / "packed-refs.lock").write_text("")
    (mirror / "refs/heads").mkdir(exist_ok=True)
    (mirror / "refs/heads/main.lock").write_text("")
    new = repository.commit(a="new")
    with bring(repository.address, None, cache) as checkout:
        assert checkout.commit == new


def test_abandoned_checkouts_are_swept(repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_use = bring(repository.address, None, cache)
    left = cache / "checkouts" / "abandoned"
    left.mkdir()
    left.with_suffix(".lock").write_text("")
    monkeypatch.setattr(fetch_module, "ABANDONED_SECONDS", -1)
    bring(repository.address, None, cache).close()
    assert not left.exists()
    assert in_use.root.exists()
    in_use.close()


def test_inherited_variables_point_git_nowhere(
    repository: Repository, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a hook of another repository starts us."""
    other = make_repository(tmp_path / "other")
    commit = repository.git("rev-parse", "HEAD")
    with monkeypatch.context() as patch:
        patch.setenv("GIT_DIR", str(other.path / ".git"))
        patch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
        patch.setenv("GIT_WORK_TREE", str(other.path))
        with bring(repository.address, None, cache) as checkout:
            assert checkout.commit == commit
            assert (checkout.root / "MLproject").exists()


def test_the_users_hooks_are_not_run(
    repository: Repository, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "post-checkout").chmod(0o755)
    (tmp_path / "gitconfig").write_text(f"[core]\n hooksPath = {hooks}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    bring(repository.address, None, cache).close()
    assert not (tmp_path / "ran").exists()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["git", "daemon", "--export-all", f"--base-path={tmp_path}", "--listen=127.0.0.1", f"--port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"git://127.0.0.1:{port}"
    finally:
        import os
        import signal

        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def test_over_the_network(repository: Repository, cache: Path, daemon: str) -> None:
    with bring(f"{daemon}/origin#sub", "v1", cache) as checkout:
        assert checkout.repo_url == f"{daemon}/origin"
        assert checkout.commit == repository.git("rev-parse", "v1")
    with pytest.raises(FetchError, match=r"there is no such repository|cannot read"):
        bring(f"{daemon}/nowhere", None, cache)


def test_a_host_that_does_not_answer(cache: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(FetchError, match="the host cannot be reached") as raised:
        bring(f"git://127.0.0.1:{port}/x", None, cache)
    assert raised.value.hint

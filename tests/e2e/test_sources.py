"""Where a project may come from: a repository's versions and folders, a zip file, the folder itself, an address with
a password."""

import functools
import http.server
import threading
import zipfile

import pytest

from tests.e2e.repository import make_repository, write

SCRIPT = {"say.py": "print('first')\n"}
TOKEN = "ghp-t0ken-that-nobody-may-see"  # noqa: S105 - made up


@pytest.fixture
def repository(tmp_path, mlplat):
    return make_repository(tmp_path / "origin", mlplat.env, SCRIPT)


def test_a_tag_a_branch_and_a_commit(repository, mlplat):
    first = repository.git("rev-parse", "HEAD")
    repository.git("tag", "v1")
    repository.git("switch", "--quiet", "--create", "next")
    second = repository.commit({"say.py": "print('second')\n"})
    repository.git("switch", "--quiet", "main")

    for version, commit, said in (("v1", first, "first"), ("next", second, "second"), (second[:10], second, "second")):
        done = mlplat("run", repository.address, "-e", "say.py", "-v", version)
        tags = mlplat.show(done.run_id)["tags"]
        assert done.out == f"{said}\n"
        assert tags["mlflow.source.git.commit"] == commit
        assert tags["mlplat.project.version"] == version


def test_a_new_commit_is_seen_by_the_next_run(repository, mlplat):
    assert mlplat("run", repository.address, "-e", "say.py").out == "first\n"
    repository.commit({"say.py": "print('second')\n"})

    assert mlplat("run", repository.address, "-e", "say.py").out == "second\n"


def test_a_version_of_a_local_folder_leaves_the_folder_alone(repository, mlplat):
    repository.git("tag", "v1")
    repository.commit({"say.py": "print('second')\n"})
    (repository.folder / "say.py").write_text("print('being written')\n", encoding="utf-8")

    done = mlplat("run", repository.folder, "-e", "say.py", "-v", "v1")

    assert done.out == "first\n"
    assert repository.git("symbolic-ref", "--short", "HEAD") == "main"
    assert (repository.folder / "say.py").read_text(encoding="utf-8") == "print('being written')\n"


def test_an_unknown_version(repository, mlplat):
    done = mlplat("run", repository.address, "-e", "say.py", "-v", "v9", code=4)

    assert "v9" in done.err
    assert mlplat.runs() == []


def test_a_folder_in_a_repository(tmp_path, mlplat):
    files = {"deep/er/say.py": "import os; print(sorted(os.listdir()))\n", "other.txt": ""}
    repository = make_repository(tmp_path / "origin", mlplat.env, files)

    assert mlplat("run", f"{repository.address}#deep/er", "-e", "say.py").out == "['say.py']\n"
    assert mlplat("run", f"{repository.folder}#deep/er", "-e", "say.py").out == "['say.py']\n"


def test_a_zip_file(tmp_path, mlplat):
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr("project-main/say.py", SCRIPT["say.py"])

    done = mlplat("run", tmp_path / "project.zip", "-e", "say.py")

    assert done.out == "first\n"
    assert mlplat.show(done.run_id)["tags"]["mlflow.source.name"] == str(tmp_path / "project.zip")


def test_a_dirty_tree_is_recorded(repository, mlplat):
    write(repository.folder, {"say.py": "print('changed')\n", "notes/new.txt": "not in git\n"})

    done = mlplat("run", ".", "-e", "say.py", cwd=repository.folder, MLPLAT_TRACKING_URI=".mlplat")

    tracking = ("--tracking-uri", str(repository.folder))
    paths = {each["path"] for each in mlplat.show(done.run_id, *tracking)["artifacts"]}
    diff = mlplat("artifacts", "show", done.run_id, "mlplat/source/changes.diff", *tracking).out
    assert "-print('first')" in diff
    assert "+print('changed')" in diff
    assert "mlplat/source/untracked/notes/new.txt" in paths
    assert not any(path.startswith("mlplat/source/untracked/.mlplat") for path in paths)


def test_a_clean_tree_has_no_diff(repository, mlplat):
    done = mlplat("run", repository.folder, "-e", "say.py")

    assert not any(each["path"].startswith("mlplat/source") for each in mlplat.show(done.run_id)["artifacts"])


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_password_in_a_git_address_is_never_shown(tmp_path, mlplat):
    address = f"https://someone:{TOKEN}@127.0.0.1:1/project.git"

    done = mlplat("run", address, "--debug", code=4, MLPLAT_CACHE_DIR=str(tmp_path / "cache"))

    assert TOKEN not in done.out + done.err
    assert "127.0.0.1:1/project.git" in done.err
    assert TOKEN.encode() not in all_bytes(tmp_path)


def test_a_password_in_the_remote_of_a_working_tree_is_not_recorded(repository, mlplat):
    repository.git("remote", "add", "origin", f"https://someone:{TOKEN}@example.com/project.git")

    done = mlplat("run", repository.folder, "-e", "say.py")

    assert mlplat.show(done.run_id)["tags"]["mlflow.source.git.repoURL"] == "https://example.com/project.git"
    assert TOKEN.encode() not in all_bytes(mlplat.folder.parent / ".mlplat")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def web(tmp_path):
    """Serves a folder over HTTP on loopback; returns the folder and its host and port."""
    folder = tmp_path / "web"
    folder.mkdir()
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_secrets_in_the_address_of_a_zip_file_are_used_and_not_kept(web, mlplat, tmp_path):
    folder, host = web
    with zipfile.ZipFile(folder / "project.zip", "w") as archive:
        archive.writestr("say.py", SCRIPT["say.py"])

    address = f"http://someone:{TOKEN}@{host}/project.zip?signature={TOKEN}"
    done = mlplat("run", address, "-e", "say.py", MLPLAT_CACHE_DIR=str(tmp_path / "cache"))

    assert done.out == "first\n"
    assert TOKEN not in done.err
    assert mlplat.show(done.run_id)["tags"]["mlflow.source.name"] == f"http://{host}/project.zip"
    assert TOKEN.encode() not in all_bytes(tmp_path)


@pytest.mark.parametrize("address", ["ext::sh -c 'touch hacked'", "http://example.com/x.git", "--upload-pack=x"])
def test_addresses_that_could_run_commands_are_refused(address, mlplat):
    done = mlplat("run", "--", address, code=4)

    assert "refused" in done.err or "dash" in done.err
    assert list(mlplat.folder.iterdir()) == []

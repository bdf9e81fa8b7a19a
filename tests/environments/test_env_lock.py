import base64
import http.server
import threading
import tomllib

import pytest

from mlplat_cli.environments import lock as module
from mlplat_cli.environments.build import prepare
from mlplat_cli.environments.indexes import index_settings
from mlplat_cli.environments.interpreter import own_interpreter
from mlplat_cli.environments.lock import cached_lock, resolve_lock
from mlplat_cli.environments.spec import read_spec
from mlplat_cli.environments.uv_failure import ResolutionError, failure
from mlplat_cli.process.tool import Completed
from tests.environments.conftest import make_wheel, write


def resolve(project, steps, *, refresh=False):
    spec = read_spec(project)
    settings = index_settings(spec.requirements)
    return resolve_lock(spec, own_interpreter(), progress=steps, settings=settings, refresh=refresh)


def test_a_lock_holds_exact_versions_and_hashes(tmp_path, links, steps):
    make_wheel(links, "app", "1.0", requires=["dep>=1"])
    make_wheel(links, "dep", "1.5")
    lock = resolve(write(tmp_path / "p", requirements__txt="app\n"), steps)
    assert lock.packages == (("app", "1.0"), ("dep", "1.5"), ("pip", "26.3"))
    assert lock.python_version == own_interpreter().version
    packages = tomllib.loads(lock.text)["packages"]
    assert all(len(wheel["hashes"]["sha256"]) == 64 for one in packages for wheel in one["wheels"])


def test_a_lock_is_resolved_once(tmp_path, links, steps, monkeypatch):
    project = write(tmp_path / "p", requirements__txt="app\n")
    make_wheel(links, "app", "1.0")
    assert cached_lock(read_spec(project), own_interpreter()) is None
    first = resolve(project, steps)
    make_wheel(links, "app", "2.0")
    with monkeypatch.context() as patch:
        patch.setattr(module, "run_uv_building", lambda *_, **__: pytest.fail("uv was started"))
        assert resolve(project, steps) == first
        assert cached_lock(read_spec(project), own_interpreter()) == first
    refreshed = resolve(project, steps, refresh=True)
    assert ("app", "2.0") in refreshed.packages
    assert refreshed.hash != first.hash


def test_another_requirement_constraint_or_index_is_another_lock(tmp_path, links, steps, monkeypatch):
    make_wheel(links, "app", "1.0")
    make_wheel(links, "app", "2.0")
    project = write(tmp_path / "p", requirements__txt="app\n")
    assert ("app", "2.0") in resolve(project, steps).packages
    write(project, requirements__txt="app\n-c bounds.txt\n", bounds__txt="app<2\n")
    assert ("app", "1.0") in resolve(project, steps).packages
    other = tmp_path / "other"
    other.mkdir()
    for name in ("app", "pip"):
        make_wheel(other, name, "1.5")
    monkeypatch.setenv("PIP_FIND_LINKS", str(other))
    assert ("app", "1.5") in resolve(project, steps).packages


def test_a_package_that_is_nowhere_is_named_with_its_place(tmp_path, links, steps):
    project = write(tmp_path / "p", conda__yaml="dependencies:\n  - pip\n  - no-such-thing=1\n")
    with pytest.raises(ResolutionError, match=r"no-such-thing .*\[conda\.yaml:3: no-such-thing==1\.\*\]") as error:
        resolve(project, steps)
    assert error.value.detail


def test_a_contradiction_names_both_sides(tmp_path, links, steps):
    make_wheel(links, "app", "1.0", requires=["dep>=2"])
    make_wheel(links, "dep", "1.0")
    make_wheel(links, "dep", "2.0")
    project = write(tmp_path / "p", requirements__txt="app\ndep<2\n")
    with pytest.raises(ResolutionError) as error:
        resolve(project, steps)
    assert "requirements.txt:1: app; requirements.txt:2: dep<2" in error.value.message
    assert "\n" not in error.value.message


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "uv failed without a word"),
        ("error: A\n  cause: B.\n", "A: B"),
        ("error: Failed to build `x==1`\n  cause: c\n\n   [stderr]\n   ValueError: bad\n", "`x==1`: ValueError: bad"),
        ("error: Failed to fetch: https://me:pw@host/x\n  cause: dns error\n", "(Failed to fetch: https://host/x)"),
        (
            "error: Git operation failed\n  cause: failed to clone into: /x\n  cause: process failed: `git fetch"
            " --force 'https://host/a.git' '+HEAD:x'` (exit status: 128)\n   --- stderr\n   fatal: no such place\n",
            "cannot resolve: git cannot fetch https://host/a.git: no such place",
        ),
    ],
)  # fmt: skip
def test_a_failure_is_one_line(said, reason):
    error = failure(Completed((), 1, "", said), "resolve")
    assert reason in error.message
    assert "pw" not in error.message + error.detail


def test_passwords_are_used_and_never_recorded(tmp_path, links, steps, monkeypatch):
    for name in ("app", "pip"):
        make_wheel(links, name, "1.0")
    with private_index(links, "me:pa55word") as address:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.delenv("PIP_FIND_LINKS")
        line = f"--index-url {address.replace('://', '://me:pa55word@')}/simple\napp\n"
        project = write(tmp_path / "p", requirements__txt=line)
        environment = prepare(read_spec(project), manager="uv", project_dir=project, progress=steps)
        direct = address.replace("://", "://me:pa55word@") + "/files/app-1.0-py3-none-any.whl"
        other = write(tmp_path / "q", requirements__txt=f"--index-url {address}/simple\napp @ {direct}\n")
        monkeypatch.setenv("UV_INDEX_URL", "https://unused.invalid")
        second = prepare(
            read_spec(write(other, requirements__txt=line + f"app @ {direct}\n")),
            manager="uv", project_dir=other, progress=steps,
        )  # fmt: skip
    assert environment.lock is not None
    assert ("app", "1.0") in environment.lock.packages
    assert second.created
    kept = [*(tmp_path / "cache").rglob("*.json"), *(tmp_path / "cache").rglob("*.toml")]
    assert kept
    assert not [path for path in kept if b"pa55word" in path.read_bytes()]
    assert not [step for step in steps.steps if "pa55word" in step]


def test_a_pyproject_with_settings_for_uv_is_read_by_uv_itself(tmp_path, links, steps):
    make_wheel(links, "app", "1.0")
    make_wheel(links, "app", "2.0")
    text = (
        '[project]\nname = "p"\nversion = "1"\ndependencies = ["app"]\n[tool.uv]\nconstraint-dependencies = ["app<2"]\n'
    )
    lock = resolve(write(tmp_path / "p", pyproject__toml=text), steps)
    assert lock.packages == (("app", "1.0"), ("pip", "26.3"))


class private_index:  # noqa: N801 - used as a function
    """Serves a folder as a package index to whoever knows the password."""

    def __init__(self, folder, credentials):
        expected = "Basic " + base64.b64encode(credentials.encode()).decode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.headers.get("Authorization") != expected:
                    self.answer(401, b"", "text/plain")
                elif self.path.startswith("/files/"):
                    self.answer(200, (folder / self.path.split("/")[-1]).read_bytes(), "application/octet-stream")
                else:
                    name = self.path.strip("/").split("/")[-1]
                    files = [path.name for path in folder.glob(f"{name}-*.whl")]
                    links = "".join(f'<a href="/files/{file}">{file}</a>' for file in files)
                    self.answer(200 if files else 404, links.encode(), "text/html")

            do_HEAD = do_GET  # noqa: N815 - http.server's name

            def answer(self, status, body, kind):
                self.send_response(status)
                if status == 401:
                    self.send_header("WWW-Authenticate", "Basic")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

from __future__ import annotations

import base64
import http.server
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from mlplat_cli.errors import FetchError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects.download import download
from mlplat_cli.projects.fetch import fetch
from mlplat_cli.projects.parameters import resolve
from mlplat_cli.projects.project import EntryPoint, Parameter, ParameterType
from mlplat_cli.projects.source import parse_source


class Handler(http.server.BaseHTTPRequestHandler):
    archive: ClassVar[bytes] = b""
    seen: ClassVar[list[tuple[str, str | None]]] = []

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        path = self.path.partition("?")[0]
        if path == "/moved.zip":
            self.send_response(302)
            port = self.server.server_address[1]
            self.send_header("Location", f"http://localhost:{port}/p.zip")
            self.end_headers()
        elif path in ("/p.zip", "/data.csv", "/"):
            body = self.archive if path == "/p.zip" else b"1,2\n"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        elif path == "/torn.zip":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"short")
        else:
            self.send_error(404)


@pytest.fixture
def server() -> Iterator[str]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("MLproject", "name: x\n")
    Handler.archive, Handler.seen = buffer.getvalue(), []
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{web.server_port}"
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


def test_a_project_in_a_zip_on_the_web(server: str, tmp_path: Path) -> None:
    source = parse_source(f"http://{server}/p.zip?token=hunter2")
    with fetch(source, None, cache=tmp_path, progress=SilentProgress()) as checkout:
        assert (checkout.project_dir / "MLproject").exists()
        assert sorted(path.suffix for path in (tmp_path / "checkouts").iterdir()) == ["", ".lock"]
    assert Handler.seen == [("/p.zip?token=hunter2", None)]
    assert list((tmp_path / "checkouts").iterdir()) == []


def test_a_password_goes_to_its_host_alone(server: str, tmp_path: Path) -> None:
    download(f"http://me:hunter2@{server}/moved.zip", tmp_path, SilentProgress())
    expected = "Basic " + base64.b64encode(b"me:hunter2").decode()
    assert Handler.seen == [("/moved.zip", expected), ("/p.zip", None)]


@pytest.mark.parametrize("path", ["nowhere.zip", "torn.zip"])
def test_failures_are_one_line_without_secrets(server: str, tmp_path: Path, path: str) -> None:
    source = parse_source(f"http://me:hunter2@{server}/{path}?key=hunter2")
    with pytest.raises(FetchError, match="cannot download") as raised:
        fetch(source, None, cache=tmp_path, progress=SilentProgress())
    assert "hunter2" not in raised.value.message
    assert "\n" not in raised.value.message
    assert list((tmp_path / "checkouts").iterdir()) == []


def test_a_host_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot download"):
        download("http://127.0.0.1:9/x.csv", tmp_path, SilentProgress())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("storage", [True, False])
def test_path_parameters_are_downloaded(server: str, tmp_path: Path, storage: bool) -> None:
    parameters = {name: Parameter(name, ParameterType.PATH) for name in ("a", "b")}
    given = {"a": f"http://{server}/data.csv", "b": f"http://{server}/data.csv?x=1"}
    resolved = resolve(
        EntryPoint("main", "x", parameters),
        given,
        storage_dir=tmp_path / "kept" if storage else None,
        project_dir=tmp_path,
        caller_dir=tmp_path,
        progress=SilentProgress(),
    )
    paths = [Path(resolved.command_values[name]) for name in ("a", "b")]
    assert [path.read_text() for path in paths] == ["1,2\n", "1,2\n"]
    assert paths[0] != paths[1]
    assert resolved.values == given
    if storage:
        assert all(path.is_relative_to(tmp_path / "kept") for path in paths)
        assert resolved.downloads is None
    else:
        assert resolved.downloads is not None
        assert all(path.is_relative_to(resolved.downloads) for path in paths)

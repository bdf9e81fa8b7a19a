"""A real `mlplat models serve` process over model folders, for tests. In: models. Out: answers to requests, its end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.tool import PATIENCE_SECONDS, Tool

READY = re.compile(r"served at http://127\.0\.0\.1:(\d+)")
STAND_IN = Path(__file__).parent / "stand_in"
X = ({"type": "double", "name": "x", "required": True},)


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[str]

    def ask(self, path: str, body: Any = None, kind: str = "application/json", verb: str | None = None) -> Reply:
        """Send one request; a body that is not bytes goes as JSON."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            headers = {"Content-Type": kind} if kind else {}
            connection.request(verb or ("GET" if body is None else "POST"), path, content, headers)
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def predict(self, *values: float, path: str = "/invocations") -> Reply:
        """Ask for the predictions of a column `x`."""
        return self.ask(path, {"inputs": {"x": list(values)}})

    def figure(self, name: str) -> float:
        """What is counted under a name, of all models."""
        lines = self.ask("/metrics").content.decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name}{{"))

    def workers(self) -> list[int]:
        """The ids of the models' processes."""
        import psutil

        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def hear(self, text: str) -> str:
        """Wait until it says something; returns the line."""
        assert self.process.stderr is not None
        while line := self.process.stderr.readline():
            if text in line:
                return line
        raise AssertionError(f"it ended without a word of {text!r}")

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """End it; returns the exit code, and what it had still said."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, said


Serve = Callable[..., Any]


def starter(tool: Tool, python: Path) -> Serve:
    """Return a context manager that serves models with the interpreter given, as the environment manager `local`."""

    @contextmanager
    def serve(*models: object, words: tuple[object, ...] = (), local: bool = True) -> Iterator[Served]:
        env = {"PATH": f"{python.parent}{os.pathsep}{tool.env['PATH']}", "PYTHONPATH": str(STAND_IN)}
        named = [word for model in models for word in ("-m", model)]
        manager = ("--env-manager", "local") if local else ()
        process = tool.start("models", "serve", *named, "--port", 0, *manager, *words, **env)
        assert process.stderr is not None
        said = ""
        while not (ready := READY.search(said)):
            line = process.stderr.readline()
            said += line
            assert line, (process.communicate(), said)
        served = Served(int(ready[1]), process)
        try:
            yield served
        finally:
            if process.poll() is None:
                served.stop(signal.SIGKILL)

    return serve


def write_model(folder: Path, *, inputs: Any = X, example: Any = None, params: Any = None, **behaviour: Any) -> Path:
    """Write a model of the stand-in flavor."""
    folder.mkdir(parents=True)
    signature = {"inputs": json.dumps(inputs), "outputs": None, "params": json.dumps(params) if params else None}
    described = {
        "flavors": {"python_function": {"loader_module": "stand_in"}, "stand_in": {}},
        "signature": signature if inputs else None,
    }
    (folder / "MLmodel").write_text(json.dumps(described), encoding="utf-8")
    (folder / "behaviour.json").write_text(json.dumps(behaviour), encoding="utf-8")
    if example is not None:
        (folder / "serving_input_example.json").write_text(json.dumps(example), encoding="utf-8")
    return folder

"""A process that webhooks are delivered to. In: requests on loopback. Out: a JSON line for each in a file.

The path says what it answers: `/200`, `/503` and so on, `/flaky` (503 to the first attempt of each delivery),
`/redirect` (to `/200`), `/drip` (a byte of an answer now and then, for ever).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO


class _Handler(BaseHTTPRequestHandler):
    log: TextIO
    seen: set[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.log.write(json.dumps({"path": self.path, "headers": headers, "body": body}) + "\n")
        self.log.flush()
        if self.path == "/drip":
            self._drip()
            return
        self.send_response(self._status(headers["x-mlflow-delivery-id"]))
        if self.path == "/redirect":
            self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(b"thank you")

    def _status(self, delivery: str) -> int:
        if self.path == "/redirect":
            return 307
        if self.path != "/flaky":
            return int(self.path.strip("/"))
        known = delivery in self.seen
        self.seen.add(delivery)
        return 200 if known else 503

    def _drip(self) -> None:
        try:
            for _ in range(600):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass  # the other side has had enough

    def log_message(self, *_: Any) -> None:
        pass


def main(port: int, log: Path) -> None:
    with log.open("a", encoding="utf-8") as file:
        _Handler.log, _Handler.seen = file, set()
        server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


class Receiver:
    """Such a process; what it received outlives it."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "received.jsonl"
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        words = [sys.executable, "-m", "tests.servers.receiver", str(self.port), str(self._log)]
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        """Be gone at once."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def url(self, path: str) -> str:
        """Give an address of it."""
        return f"http://127.0.0.1:{self.port}/{path}"

    @property
    def received(self) -> list[dict[str, Any]]:
        """What came so far, oldest first."""
        if not self._log.exists():
            return []
        lines = self._log.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

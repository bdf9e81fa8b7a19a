"""A client that costs next to nothing. In: a port, whole requests as bytes. Out: bodies of answers with status 200.

It speaks HTTP/1.1 over one kept-alive socket and sends the headers that the stock client sends. What it spends is held
against all servers alike, and is a small part of what the fastest of them needs.
"""

from __future__ import annotations

import gzip
import json
import select
import socket
from time import monotonic
from typing import Any

from benchmarks.measuring import BenchmarkError

_CHUNK = 1 << 20
_TIMEOUT = 300.0
_IDLE_SECONDS = 1.0


def post(path: str, fields: dict[str, Any]) -> bytes:
    """Write a POST of a JSON object."""
    return request("POST", path, json.dumps(fields).encode())


def get(path: str) -> bytes:
    """Write a GET."""
    return request("GET", path)


def request(verb: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
    """Write a request with the stock client's headers."""
    lines = [
        f"{verb} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: mlflow-python-client/3.17.2",
        "X-MLflow-Client-Version: 3.17.2",
        "Accept-Encoding: gzip, deflate",
        "Accept: */*",
        "Connection: keep-alive",
        f"Content-Type: {kind}",
    ]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """A kept-alive connection to a server of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = _connected(port)
        self._used = monotonic()

    def exchange(self, whole: bytes) -> bytes:
        """Send a request and return the answer's body, as it was sent unless compressed.

        Raises:
            BenchmarkError: the answer's status is not 200.
        """
        if monotonic() - self._used > _IDLE_SECONDS:
            self._renew()
        self._socket.sendall(whole)
        received = self._receive()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, body = received[:end].lower(), received[end + 4 :]
        is_chunked = b"transfer-encoding: chunked" in head
        body = self._chunks(body) if is_chunked else self._rest(body, _length(head))
        self._used = monotonic()
        if head[9:12] != b"200":
            raise BenchmarkError(f"{_shown(whole)}: {head[:12].decode()}: {body[:300].decode(errors='replace')}")
        return gzip.decompress(body) if b"content-encoding: gzip" in head else body

    def ask(self, whole: bytes) -> dict[str, Any]:
        """Send a request and read the answer's JSON."""
        answer: dict[str, Any] = json.loads(self.exchange(whole) or b"{}")
        return answer

    def close(self) -> None:
        """Give the connection up."""
        self._socket.close()

    def _renew(self) -> None:
        # Servers close idle connections, FastTrackML with an answer to nothing; the stock client looks for that, too.
        readable, _, _ = select.select([self._socket], [], [], 0)
        if readable:
            self.close()
            self._socket = _connected(self._port)

    def _receive(self) -> bytes:
        data = self._socket.recv(_CHUNK)
        if not data:
            raise BenchmarkError("the server closed the connection")
        return data

    def _rest(self, body: bytes, length: int) -> bytes:
        if len(body) == length:
            return body
        gathered = bytearray(body)
        while len(gathered) < length:
            gathered += self._receive()
        return bytes(gathered)

    def _chunks(self, received: bytes) -> bytes:
        gathered, buffer = bytearray(), bytearray(received)
        while True:
            while (line := buffer.find(b"\r\n")) < 0:
                buffer += self._receive()
            size = int(buffer[:line].split(b";")[0], 16)
            while len(buffer) < line + 2 + size + 2:
                buffer += self._receive()
            gathered += buffer[line + 2 : line + 2 + size]
            del buffer[: line + 2 + size + 2]
            if size == 0:
                return bytes(gathered)


def _connected(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _shown(whole: bytes) -> str:
    return whole.partition(b" HTTP/1.1")[0].decode()

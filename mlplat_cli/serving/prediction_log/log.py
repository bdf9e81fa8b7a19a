"""The log that a server writes. In: answered requests, one call each. Out: segments, written by a thread of its own.

A request never waits for it: `put` appends to a queue in memory. What the queue has no room for is dropped and counted.
What the disk does not take is counted too, and the next records are tried again. A process that is killed loses what
it answered in the last WRITE_SECONDS or so, and nothing that was written before.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from mlplat_cli.serving.prediction_log.figures import LogFigures
from mlplat_cli.serving.prediction_log.record import Prediction
from mlplat_cli.serving.prediction_log.retention import Retention
from mlplat_cli.serving.prediction_log.segment import Block, SegmentWriter

PREDICTIONS = "predictions"
"""The folder of all logs in a store's folder."""

WRITE_SECONDS = 0.1
BLOCK_RECORDS = 512
BLOCK_BYTES = 1 << 20
QUEUE_BYTES = 64 << 20
CELL_BYTES = 24
"""What a number in a list is counted as."""

LONGEST_NAME = 150
"""Characters of a model's name, quoted, in its folder's; longer ones end in their digest."""

Content = bytes | Sequence[Any] | Mapping[str, Any]


class PredictionLog:
    """The log of a server's models.

    Args:
        folder: of all models; made when the first record is written. A relative one is of the current folder.
        queue_bytes: what may wait in memory, about.
    """

    def __init__(self, folder: Path, *, retention: Retention | None = None, queue_bytes: int = QUEUE_BYTES) -> None:
        self.folder = folder.absolute()
        self._retention = retention or Retention()
        self._queue: deque[tuple[str, int, Prediction]] = deque()
        self._room = queue_bytes
        self._in = self._out = 0  # bytes; each is changed by one side only
        self._written = self._dropped = self._failed = 0
        self._error: str | None = None
        self._encoder = msgspec.msgpack.Encoder(enc_hook=str)
        self._segments: dict[str, SegmentWriter] = {}
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="prediction log", daemon=True)
        self._thread.start()

    def put(
        self,
        model: str,
        version: str | None,
        columns: Sequence[str] | None,
        inputs: Content,
        outputs: Content,
        *,
        latency_ms: float,
        request_id: str,
        content_type: str = "",
    ) -> bool:
        """Take note of an answered request; costs microseconds and never raises. False if it was dropped.

        Lists and dicts are not copied: whoever gives them does not change them any more.

        Args:
            model: as it is named in the server; the registered model's name if it has one.
            columns, inputs, outputs, latency_ms, request_id, content_type: as in `Prediction`.
        """
        size = _size(inputs) + _size(outputs)
        if self._in - self._out + size > self._room or self._closing.is_set():
            self._dropped += 1
            return False
        self._in += size
        now = int(time.time() * 1000)
        names = columns if columns is None or isinstance(columns, list) else list(columns)
        record = Prediction(now, request_id, version, latency_ms, names, inputs, content_type, outputs)
        self._queue.append((model, size, record))
        if not self._wake.is_set():
            self._wake.set()
        return True

    @property
    def figures(self) -> LogFigures:
        """What became of the requests so far."""
        return LogFigures(self._written, self._dropped, self._failed, len(self._queue), self._error)

    def close(self, timeout: float | None = 10) -> None:
        """Write what waits, for at most so many seconds, and end the thread; later records are dropped."""
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._closing.wait(WRITE_SECONDS)  # records that come together are written together
            self._wake.clear()
            self._drain()
        self._drain()
        for segment in self._segments.values():
            segment.close()

    def _drain(self) -> None:
        while self._queue:
            by_model: dict[str, list[Prediction]] = {}
            taken = size = 0
            while self._queue and taken < BLOCK_RECORDS and size < BLOCK_BYTES:
                model, record_size, record = self._queue.popleft()
                by_model.setdefault(model, []).append(record)
                taken += 1
                size += record_size
            for model, records in by_model.items():
                self._write(model, records)
            self._out += size

    def _write(self, model: str, records: list[Prediction]) -> None:
        try:
            times = [record.time for record in records]
            block = Block(self._encoder.encode(records), len(records), min(times), max(times))
            self._segment(model).write(block)
        except Exception as error:
            # Whatever it is: the next requests are logged again.
            self._failed += len(records)
            self._error = f"{self.folder}: {error}"
            return
        self._written += len(records)

    def _segment(self, model: str) -> SegmentWriter:
        """Return the segment that is being written; one that is full, old or was removed is followed by a new one."""
        segment = self._segments.get(model)
        if segment is not None and self._holds(segment):
            return segment
        if segment is not None:
            del self._segments[model]
            segment.close()
        folder = self.folder / folder_name(model)
        self._retention.apply(folder)
        self._segments[model] = SegmentWriter(folder)
        return self._segments[model]

    def _holds(self, segment: SegmentWriter) -> bool:
        return (
            segment.size < self._retention.segment_bytes
            and time.time() - segment.begun < self._retention.segment_seconds
            and segment.path.exists()
        )


def folder_name(model: str) -> str:
    """Return the name of a model's folder, whatever the model is called."""
    name = quote(model, safe=" @+=,")
    if len(name) > LONGEST_NAME:
        return f"{name[:LONGEST_NAME]}~{sha256(name.encode()).hexdigest()[:16]}"
    return "%2E" + name[1:] if name.startswith(".") else name


def _size(content: Content) -> int:
    """Return about how many bytes a request's or answer's content takes in memory."""
    if isinstance(content, bytes | bytearray | memoryview):
        return len(content)
    if isinstance(content, Mapping):
        return sum(CELL_BYTES * len(each) if isinstance(each, list) else CELL_BYTES for each in content.values())
    first = content[0] if len(content) else None
    return CELL_BYTES * len(content) * (len(first) if isinstance(first, list | tuple | dict) else 1)

"""Runs as JSON. In: rows of `runs`. Out: what an answer shows of each, kept while the run stays as it is.

Who looks at a list of runs asks for it again and again, and most of its runs are long finished. What a run has (not its
status or name, which its row tells) is kept as text, under the stamp of the run's latest change: see `change_stamps`.
A run that has just changed is not kept: it will change again, and two changes could bear the same stamp.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import Connection, RowMapping, select

from mlplat_cli.entities import RunInputs
from mlplat_cli.store.change_stamps import LATE_SECONDS
from mlplat_cli.store.given import among_given, plain_rows
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.run_parts import read_parts
from mlplat_cli.store.run_rows import run_info
from mlplat_cli.store.tables import run_changes
from mlplat_cli.wire.codec import number
from mlplat_cli.wire.messages.metric import MetricMessage
from mlplat_cli.wire.messages.run import (
    RunDataMessage,
    RunOutputsMessage,
    RunText,
    inputs_message,
    run_info_message,
)

KEPT_BYTES = 4 << 20
SETTLED_SECONDS = 2 * LATE_SECONDS
"""How long ago the latest change must have been."""

_UNCHANGED = 0
"""The stamp of a run that was there before changes were stamped."""

_STAMPS = select(run_changes.c.run, run_changes.c.stamp).where(among_given(run_changes.c.run, "runs"))


class _Text(Struct, frozen=True, gc=False):
    stamp: int
    data: Raw
    inputs: Raw
    outputs: Raw

    @property
    def size(self) -> int:
        return len(bytes(self.data)) + len(bytes(self.inputs)) + len(bytes(self.outputs))


class RunTexts:
    """What runs have, as JSON; may be used by several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, _Text] = {}
        self._size = 0
        self._turn = threading.Lock()

    def read(self, connection: Connection, names: Names, rows: Sequence[RowMapping]) -> list[RunText]:
        """Return the runs of rows, in their order, as `run_message` shows them."""
        stamps = dict(plain_rows(connection, _STAMPS, {"runs": [row["id"] for row in rows]}))
        texts = {}
        missing = []
        for row in rows:
            text = self._kept.get(row["run_id"])
            if text is None or text.stamp != stamps.get(row["id"], _UNCHANGED):
                missing.append(row)
            else:
                texts[row["id"]] = text
        if missing:
            made = _texts(connection, names, [row["id"] for row in missing], stamps)
            texts.update(made)
            self._keep((row["run_id"], made[row["id"]]) for row in missing)
        return [_shown(row, texts[row["id"]]) for row in rows]

    def _keep(self, made: Iterable[tuple[str, _Text]]) -> None:
        latest = time.time_ns() // 1000 - SETTLED_SECONDS * 1_000_000
        with self._turn:
            for run_id, text in made:
                if text.stamp < latest:
                    self._drop(run_id)
                    self._kept[run_id] = text
                    self._size += text.size
            while self._size > KEPT_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, run_id: str) -> None:
        old = self._kept.pop(run_id, None)
        self._size -= old.size if old else 0


def _texts(connection: Connection, names: Names, runs: Sequence[int], stamps: dict[int, int]) -> dict[int, _Text]:
    parts = read_parts(connection, names, runs, _metrics)
    found = {}
    for run in runs:
        data = RunDataMessage(
            metrics=parts.metrics.get(run, ()), params=parts.params.get(run, ()), tags=parts.tags.get(run, ())
        )
        inputs = RunInputs(
            dataset_inputs=tuple(parts.dataset_inputs.get(run, ())), model_inputs=tuple(parts.model_inputs.get(run, ()))
        )
        outputs = RunOutputsMessage(model_outputs=tuple(parts.model_outputs.get(run, ())))
        found[run] = _Text(stamps.get(run, _UNCHANGED), _raw(data), _raw(inputs_message(inputs)), _raw(outputs))
    return found


_EMPTY = Raw(b"{}")


def _raw(message: Struct) -> Raw:
    text = msgspec.json.encode(message)
    return _EMPTY if text == b"{}" else Raw(text)


def _shown(row: RowMapping, text: _Text) -> RunText:
    return RunText(info=run_info_message(run_info(row)), data=text.data, inputs=text.inputs, outputs=text.outputs)


def _metrics(
    keys: Iterable[str], values: Sequence[float], times: Sequence[int], steps: Sequence[int], specials: Sequence[int]
) -> Iterable[MetricMessage]:
    shown = map(number, map(to_float, specials, values)) if any(specials) else values
    return map(MetricMessage, keys, shown, times, steps)

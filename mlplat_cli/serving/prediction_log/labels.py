"""The truth that comes later. In: keys and labels. Out: a file beside the predictions; and the labels back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from mlplat_cli.errors import StoreError
from mlplat_cli.serving.prediction_log.log import folder_name
from mlplat_cli.serving.prediction_log.record import Label
from mlplat_cli.serving.prediction_log.segment import Block, SegmentWriter, read_blocks

SUFFIX = ".labels"
_BLOCK_LABELS = 10_000

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Label])


def write_labels(folder: Path, model: str, labels: Sequence[Label]) -> None:
    """Keep labels of a model's predictions; a later one of the same key wins.

    Raises:
        StoreError: they cannot be written.
    """
    try:
        segment = SegmentWriter(folder / folder_name(model), SUFFIX)
        try:
            for start in range(0, len(labels), _BLOCK_LABELS):
                some = labels[start : start + _BLOCK_LABELS]
                times = [label.time for label in some]
                segment.write(Block(_encoder.encode(some), len(some), min(times), max(times)))
        finally:
            segment.close()
    except OSError as error:
        raise StoreError(f"cannot write the labels of {model}: {error}") from error


def read_labels(folder: Path, model: str) -> Iterator[Label]:
    """Yield all labels of a model, those that came last last."""
    for path in sorted((folder / folder_name(model)).glob(f"*{SUFFIX}")):
        for block in read_blocks(path):
            yield from _decoder.decode(block.payload)

"""Logs read back. In: a folder, a model, a window of time. Out: its predictions, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec

from mlplat_cli.errors import StoreError
from mlplat_cli.serving.prediction_log.log import folder_name
from mlplat_cli.serving.prediction_log.record import Prediction
from mlplat_cli.serving.prediction_log.segment import SUFFIX, Block, read_blocks

_decoder = msgspec.msgpack.Decoder(list[Prediction])


def has_log(folder: Path, model: str) -> bool:
    """Tell whether predictions of a model were ever logged in the folder."""
    return next((folder / folder_name(model)).glob(f"*{SUFFIX}"), None) is not None


def logged_models(folder: Path) -> list[str]:
    """Return the names of the models that have a log in the folder."""
    if not folder.is_dir():
        return []
    return sorted(unquote(each.name) for each in folder.iterdir() if next(each.glob(f"*{SUFFIX}"), None))


def read_predictions(
    folder: Path,
    model: str,
    *,
    since: int | None = None,
    until: int | None = None,
    damaged: Callable[[str], None] = lambda reason: None,
) -> Iterator[Prediction]:
    """Yield the predictions of a window; in the order of time within each segment.

    Args:
        since, until: ms since the epoch, `until` excluded; None is no bound.
        damaged: is told why the rest of a segment could not be read.
    """
    for path in sorted((folder / folder_name(model)).glob(f"*{SUFFIX}")):
        if until is not None and _begun(path) >= until:
            continue
        try:
            for block in read_blocks(path, since, until):
                yield from _within(block, since, until)
        except (StoreError, OSError, msgspec.MsgspecError) as error:
            damaged(error.message if isinstance(error, StoreError) else f"{path}: {error}")


def _within(block: Block, since: int | None, until: int | None) -> Iterator[Prediction]:
    records = _decoder.decode(block.payload)
    for record in records:
        if (since is None or record.time >= since) and (until is None or record.time < until):
            yield record


def _begun(path: Path) -> int:
    begun = path.name.partition("-")[0]
    return int(begun) if begun.isdigit() else 0

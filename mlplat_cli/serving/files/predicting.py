"""A model asked with a file. In: a model, blocks, where answers go. Out: all answers in order, or an error.

While a model predicts, the next block is read already; no more than that is in memory.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlplat_cli.errors import InvalidInputError, LaunchError
from mlplat_cli.serving.faults import FAULTS, fault
from mlplat_cli.serving.files.blocks import Block, FileType
from mlplat_cli.serving.files.results import Results
from mlplat_cli.serving.served_model import ServedModel

if TYPE_CHECKING:
    from mlplat_cli.serving.answers import Answer

STOP_SECONDS = 1.0
_ROW = re.compile(r"\brow (\d+)\b")


@dataclass(frozen=True, slots=True)
class _Asked:
    block: Block
    answer: asyncio.Future[Answer]


def predict(model: ServedModel, blocks: Iterator[Block], kind: FileType, results: Results) -> None:
    """Start a model, ask it block by block, and end it.

    Raises:
        LaunchError: the model cannot be loaded, or its process ended over a block.
        InvalidInputError: the file does not fit the model, or the model could not predict with it; names the row.
    """
    asyncio.run(_predict(model, blocks, kind, results))


async def _predict(model: ServedModel, blocks: Iterator[Block], kind: FileType, results: Results) -> None:
    waiting: deque[_Asked] = deque()
    try:
        await model.start()
        for block in blocks:
            waiting.append(_ask(model, block, kind))
            if len(waiting) > 1:
                await _take(waiting.popleft(), results)
            else:
                await asyncio.sleep(0)  # the block is on its way before the next one is read
        while waiting:
            await _take(waiting.popleft(), results)
        results.end()
    finally:
        for asked in waiting:
            asked.answer.cancel()
        await model.deployment.stop(STOP_SECONDS)


def _ask(model: ServedModel, block: Block, kind: FileType) -> _Asked:
    try:
        scored = model.reader.read(block.body, kind.content_type)
        return _Asked(block, model.deployment.submit(scored.rows))
    except FAULTS as error:
        raise _told(error, block) from None


async def _take(asked: _Asked, results: Results) -> None:
    try:
        results.add((await asked.answer).json())
    except InvalidInputError:
        raise
    except FAULTS as error:
        raise _told(error, asked.block) from None


def _told(error: Exception, block: Block) -> InvalidInputError | LaunchError:
    """Return what went wrong in the server's words, with rows counted from the file's first."""
    status, _, message = fault(error)
    if status >= 500:  # noqa: PLR2004 - not the file's fault
        return LaunchError("the model's process ended before it answered")
    return InvalidInputError(_ROW.sub(lambda found: f"row {int(found[1]) + block.first_row}", message))

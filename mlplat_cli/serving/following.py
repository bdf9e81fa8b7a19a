"""Aliases, stages and `latest`, followed while they are served. In: places. Out: the versions that they come to mean.

A new version is started and asked its input example while the old one goes on answering. Then it takes the old one's
place between two requests, and the old one ends when it has answered what it was asked before. A version that cannot be
started or does not answer its example does not take the place; it is tried again after a while, as what was missing may
be there then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlplat_cli.errors import LaunchError, MlplatError
from mlplat_cli.registry.model_uri import AliasUri, StageUri, parse_model_uri
from mlplat_cli.serving.opening import Asked, Opener
from mlplat_cli.serving.place import Place
from mlplat_cli.serving.served_model import ServedModel

if TYPE_CHECKING:
    from mlplat_cli.registry.resolution import ResolvedModel

TRIAL_SECONDS = 600.0
"""How long a new version may take until it has answered its example."""
AGAIN_SECONDS = 60.0
"""How long one that failed is left alone, unless the alias moves on."""

_log = logging.getLogger(__name__)


class Follower:
    """Keeps places at what their URIs mean.

    Args:
        opener: opens models; used from a thread, one call at a time. places: with what was asked for each.
        seconds: between two looks. drain_seconds: that an old version's requests may take.
    """

    def __init__(
        self, opener: Opener, places: Sequence[tuple[Asked, Place]], *, seconds: float, drain_seconds: float
    ) -> None:
        self._opener = opener
        self._places = [each for each in places if isinstance(parse_model_uri(each[0].uri), AliasUri | StageUri)]
        self._seconds = seconds
        self._drain_seconds = drain_seconds
        self._troubles: dict[str, str] = {}
        self._refused: dict[str, tuple[ResolvedModel, float]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while self._places:
            await asyncio.sleep(self._seconds)
            for asked, place in self._places:
                try:
                    await self._look(asked, place)
                except MlplatError as error:
                    if self._troubles.get(asked.uri) != error.message:  # said once, however long it lasts
                        _log.warning("%s: %s; the version before it goes on answering", asked.uri, error.message)
                    self._troubles[asked.uri] = error.message
                except Exception:  # whatever it is, the other places are followed, and this one is looked at again
                    _log.exception("%s: the version before it goes on answering", asked.uri)
                else:
                    self._troubles.pop(asked.uri, None)

    async def _look(self, asked: Asked, place: Place) -> None:
        found = await asyncio.to_thread(self._opener.resolved, asked)
        now = asyncio.get_running_loop().time()
        refused, until = self._refused.get(asked.uri, (None, now))
        if found.version == place.model.version or (refused == found and now < until):
            return
        self._refused[asked.uri] = found, now + AGAIN_SECONDS
        model = await asyncio.to_thread(self._opener.open_resolved, asked, found)
        model.name = place.model.name
        try:
            await _tried(model)
        except BaseException:
            await model.deployment.stop(0)
            raise
        old, place.model = place.model, place.adopt(model)
        del self._refused[asked.uri]
        _log.warning("%s is version %s now, and was %s", asked.uri, model.version, old.version)
        task = asyncio.create_task(old.deployment.stop(self._drain_seconds))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _tried(model: ServedModel) -> None:
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            await model.start()
    except TimeoutError:
        raise LaunchError(f"it did not answer its input example within {TRIAL_SECONDS:.0f} s") from None
    if model.deployment.trouble:
        raise LaunchError(model.deployment.trouble)

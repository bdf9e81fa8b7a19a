"""From a request's verb and path to what answers it. In: the endpoint table. Out: one lookup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from mlplat_cli.entities import RunBatch
from mlplat_cli.server.answers import Answer, answer_of
from mlplat_cli.server.answers.batches import BATCHES
from mlplat_cli.wire.endpoint import Endpoint
from mlplat_cli.wire.table import ENDPOINTS, UNANSWERED

_UI_PREFIX = "/ajax-api/"
_PREFIX = "/api/"


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and the function that answers it.

    Args:
        batch: makes what is to be logged of a request, where its answer is nothing but that it is.
    """

    endpoint: Endpoint
    answer: Answer
    batch: Callable[[Any], RunBatch] | None


class Routes:
    """The table as the server looks it up: plain paths by one dict access, then those with named parts."""

    def __init__(self, endpoints: Iterable[Endpoint] = ENDPOINTS) -> None:
        self._plain: dict[tuple[str, str], Route] = {}
        self._patterned: list[tuple[re.Pattern[str], Route]] = []
        for endpoint in endpoints:
            route = Route(endpoint, answer_of(endpoint.call), BATCHES.get(endpoint.call))
            for path in spellings(endpoint.path):
                if "{" in path:
                    self._patterned.append((_pattern(path), route))
                else:
                    self._plain[endpoint.verb, path] = route
        self._plain_paths = {path for _, path in self._plain}

    def find(self, verb: str, path: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """Find a route and the values of its path's named parts.

        Args:
            path: percent-decoded. raw_path: as it was sent, so that an encoded slash belongs to its part.
        """
        route = self._plain.get((verb, path))
        if route:
            return route, {}
        for pattern, candidate in self._patterned:
            found = pattern.fullmatch(raw_path) if candidate.endpoint.verb == verb else None
            if found:
                return candidate, {name: unquote(part) for name, part in found.groupdict().items()}
        return None

    def knows(self, path: str, raw_path: str) -> bool:
        """Tell whether the path is answered for some verb."""
        return path in self._plain_paths or any(pattern.fullmatch(raw_path) for pattern, _ in self._patterned)


def spellings(path: str) -> set[str]:
    """Name a path of the table and its other names: for MLflow's pages, and for clients of MLflow 1."""
    preview = path.replace("/api/2.0/mlflow/", "/api/2.0/preview/mlflow/", 1)
    return {path, preview, path.replace(_PREFIX, _UI_PREFIX, 1), preview.replace(_PREFIX, _UI_PREFIX, 1)}


def is_unanswered(path: str) -> bool:
    """Tell whether a path is a known part of MLflow's interface that this version leaves out."""
    plain = path.replace(_UI_PREFIX, _PREFIX, 1)
    return any(plain == prefix or plain.startswith(f"{prefix}/") for prefix in UNANSWERED)


def _pattern(path: str) -> re.Pattern[str]:
    text = re.escape(path)
    text = re.sub(r"\\{(\w+):path\\}", r"(?P<\1>.+)", text)
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", text))

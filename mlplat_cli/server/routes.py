"""From a request's verb and path to what answers it. In: the endpoint table. Out: one lookup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from mlplat_cli.server.answers import Answer, answer_of
from mlplat_cli.wire.table import ENDPOINTS, UNANSWERED, Endpoint

_UI_PREFIX = "/ajax-api/"
_PREFIX = "/api/"


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and the function that answers it."""

    endpoint: Endpoint
    answer: Answer


class Routes:
    """The table as the server looks it up: plain paths by one dict access, then those with named parts."""

    def __init__(self, endpoints: Iterable[Endpoint] = ENDPOINTS) -> None:
        self._plain: dict[tuple[str, str], Route] = {}
        self._patterned: list[tuple[tuple[str, ...], Route]] = []
        for endpoint in endpoints:
            route = Route(endpoint, answer_of(endpoint.call))
            for path in {endpoint.path, endpoint.path.replace(_PREFIX, _UI_PREFIX, 1)}:
                if "{" in path:
                    self._patterned.append((tuple(path.split("/")), route))
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
        parts = raw_path.split("/")
        for pattern, candidate in self._patterned:
            if candidate.endpoint.verb == verb and _fits(pattern, parts):
                named = {name[1:-1]: unquote(part) for name, part in zip(pattern, parts, strict=True) if "{" in name}
                return candidate, named
        return None

    def knows(self, path: str, raw_path: str) -> bool:
        """Tell whether the path is answered for some verb."""
        parts = raw_path.split("/")
        return path in self._plain_paths or any(_fits(pattern, parts) for pattern, _ in self._patterned)


def is_unanswered(path: str) -> bool:
    """Tell whether a path is a known part of MLflow's interface that this version leaves out."""
    plain = path.replace(_UI_PREFIX, _PREFIX, 1)
    return any(plain == prefix or plain.startswith(f"{prefix}/") for prefix in UNANSWERED)


def _fits(pattern: tuple[str, ...], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(
        ("{" in expected and part) or expected == part for expected, part in zip(pattern, parts, strict=True)
    )

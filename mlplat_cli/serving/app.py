"""The front: an ASGI application without a framework. In: HTTP requests. Out: predictions, health, what is served.

The paths of predictions are looked up in a dictionary; everything between a request and its rows is a few calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlplat_cli.serving.faults import FAULTS, scoring_reply
from mlplat_cli.serving.http import TEXT_TYPE, LeftError, Receive, Reply, Scope, Send, body_of, header, json_reply
from mlplat_cli.serving.scoring import wrapped
from mlplat_cli.serving.served_model import ServedModel

MLFLOW_VERSION = "3.17.2"
"""The version of MLflow whose scoring protocol is spoken; clients ask for it at `/version`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may take.

    Args:
        timeout: seconds. most_bytes: of a body.
    """

    timeout: float = 60.0
    most_bytes: int = 100 * 1024 * 1024


@dataclass(slots=True)
class Place:
    """A name under which a model is served; which version that is may change at any time."""

    model: ServedModel


class Front:
    """Answers for models.

    Args:
        places: by name; the first also answers at `/invocations`.
        paths: other paths -> what they stand for, `/invocations` or another of those below.
    """

    def __init__(self, places: Mapping[str, Place], limits: Limits, paths: Mapping[str, str]) -> None:
        self._places = places
        self._paths = paths
        self._limits = limits
        first = next(iter(places.values()))
        self._scoring = {"/invocations": first} | {f"/models/{name}/invocations": each for name, each in places.items()}
        self._scoring |= {path: self._scoring[known] for path, known in paths.items() if known in self._scoring}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        place = self._scoring.get(scope["path"])
        try:
            if place is None:
                reply = self._other(scope)
            elif scope["method"] != "POST":
                reply = _not_allowed("POST")
            else:
                reply = await self._scored(place, scope, receive)
        except LeftError:
            return
        await reply.send(send)

    async def _scored(self, place: Place, scope: Scope, receive: Receive) -> Reply:
        """Answer a request of MLflow's scoring protocol."""
        try:
            body = await body_of(scope, receive, self._limits.most_bytes)
            model = place.model
            scored = model.reader.read(body, header(scope, b"content-type").decode("latin-1"))
            answer = (await model.deployment.submit(scored.rows)).json()
            return Reply(200, wrapped(answer) if scored.wrapped else answer)
        except FAULTS as error:
            return scoring_reply(error, timeout=self._limits.timeout, most_bytes=self._limits.most_bytes)

    def _other(self, scope: Scope) -> Reply:
        path = self._paths.get(scope["path"], scope["path"])
        if path not in ("/ping", "/health", "/version", "/ready"):
            return json_reply(404, {"error_code": "NOT_FOUND", "message": f"there is nothing at {path}"})
        if scope["method"] not in ("GET", "HEAD"):
            return _not_allowed("GET")
        if path == "/version":
            return Reply(200, MLFLOW_VERSION.encode(), TEXT_TYPE)
        return self._ready()

    def _ready(self) -> Reply:
        troubles = {name: place.model.trouble for name, place in self._places.items() if place.model.trouble}
        if troubles:
            shown = "; ".join(f"{name}: {trouble}" for name, trouble in troubles.items())
            return json_reply(503, {"error_code": "TEMPORARILY_UNAVAILABLE", "message": shown})
        return Reply(200, b"\n")


def _not_allowed(verb: str) -> Reply:
    content = {"error_code": "METHOD_NOT_ALLOWED", "message": f"ask with {verb}"}
    reply = json_reply(405, content)
    return Reply(405, reply.content, headers=[(b"allow", verb.encode())])

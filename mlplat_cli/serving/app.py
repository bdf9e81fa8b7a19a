"""The front: an ASGI application without a framework. In: HTTP requests. Out: predictions, health, what is served.

What a path means is looked up in a dictionary; nothing else stands between a request and its reading.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import mlplat
from mlplat_cli.serving import docs_page as docs
from mlplat_cli.serving import inference
from mlplat_cli.serving.docs_page import docs_page
from mlplat_cli.serving.figures import CONTENT_TYPE
from mlplat_cli.serving.http import TEXT_TYPE, LeftError, Receive, Reply, Scope, Send, json_reply
from mlplat_cli.serving.local_guard import LocalGuard
from mlplat_cli.serving.openapi import openapi_document
from mlplat_cli.serving.place import Place, metrics_text
from mlplat_cli.serving.predictions import Beside, Limits, Predictions

if TYPE_CHECKING:
    from mlplat_cli.serving.served_model import ServedModel

MLFLOW_VERSION = "3.17.2"
"""The version of MLflow whose scoring protocol is spoken; clients ask for it at `/version`."""

_READING = ("GET", "HEAD")

_log = logging.getLogger(__name__)

Predicting = Callable[[Place, Scope, Receive], Awaitable[Reply]]
Showing = Callable[[], Reply]


class Front:
    """Answers for models.

    Args:
        places: by name; the first also answers at `/invocations`. beside: what takes note of predictions.
        local: whether only requests that are addressed to this machine are answered.
        paths: other paths -> those that they stand for.
    """

    def __init__(
        self,
        places: Mapping[str, Place],
        limits: Limits,
        beside: Beside,
        *,
        local: bool = False,
        paths: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._places = dict(places)
        self._guard = LocalGuard() if local else None
        self._log = beside.log
        predictions = Predictions(limits, beside)
        first = next(iter(places.values()))
        self._asked: dict[str, tuple[Place, Predicting]] = {"/invocations": (first, predictions.score)}
        self._shown: dict[str, Showing] = {
            "/ping": self._health,
            "/health": self._health,
            "/ready": self._health,
            "/docs": lambda: Reply(200, docs_page(self._models()).encode(), docs.CONTENT_TYPE, docs.HEADERS),
            "/openapi.json": lambda: json_reply(200, openapi_document(self._models())),
            "/version": lambda: Reply(200, MLFLOW_VERSION.encode(), TEXT_TYPE),
            "/metrics": lambda: Reply(200, self._metrics().encode(), CONTENT_TYPE),
            "/v2": lambda: json_reply(200, {"name": "mlplat", "version": mlplat.__version__, "extensions": []}),
            "/v2/health/live": lambda: json_reply(200, {"live": True}),
            "/v2/health/ready": lambda: _readiness(not self._troubles(), {}),
        }
        for name, place in places.items():
            self._asked[f"/models/{name}/invocations"] = place, predictions.score
            self._asked[f"/v2/models/{name}/infer"] = place, predictions.infer
            self._shown[f"/v2/models/{name}"] = partial(_metadata, place)
            self._shown[f"/v2/models/{name}/ready"] = partial(_model_readiness, place)
        for path, known in paths.items():
            if known in self._asked:
                self._asked[path] = self._asked[known]
            else:
                self._shown[path] = self._shown[known]

    def _metrics(self) -> str:
        return metrics_text(list(self._places.values())) + (self._log.figures.metrics if self._log else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = self._asked.get(scope["path"])
        try:
            if self._guard is not None and (refusal := self._guard.refused(scope)):
                reply = json_reply(403, {"error_code": "PERMISSION_DENIED", "message": refusal})
            elif asked is None:
                reply = await self._other(scope, receive)
            elif scope["method"] != "POST":
                reply = _not_allowed("POST")
            else:
                reply = await asked[1](asked[0], scope, receive)
        except LeftError:
            return
        except Exception:
            _log.exception("%s %s", scope["method"], scope["path"])
            message = "the server failed over this request, and wrote down why"
            reply = json_reply(500, {"error_code": "INTERNAL_ERROR", "error": message, "message": message})
        await reply.send(send)

    async def _other(self, scope: Scope, receive: Receive) -> Reply:
        path = self._without_version(scope["path"])
        if path in self._asked and path != scope["path"]:
            place, predict = self._asked[path]
            return await predict(place, scope, receive) if scope["method"] == "POST" else _not_allowed("POST")
        show = self._shown.get(path)
        if show is None:
            known = ", ".join(self._places)
            message = f"there is nothing at {scope['path']}; the models are {known}, and /docs says how they are asked"
            return json_reply(404, {"error_code": "NOT_FOUND", "error": message, "message": message})
        return show() if scope["method"] in _READING else _not_allowed("GET")

    def _without_version(self, path: str) -> str:
        """Return the path of the version that is served now, where a path of the second protocol names it."""
        if not path.startswith("/v2/models/"):
            return path.rstrip("/") or "/"
        name, between, rest = path.removeprefix("/v2/models/").partition("/versions/")
        version, slash, ending = rest.partition("/")
        place = self._places.get(name)
        if not between or place is None or version != place.model.version:
            return path.rstrip("/")
        return f"/v2/models/{name}{slash}{ending}"

    def _models(self) -> list[ServedModel]:
        return [place.model for place in self._places.values()]

    def _troubles(self) -> dict[str, str]:
        return {name: trouble for name, place in self._places.items() if (trouble := place.model.trouble)}

    def _health(self) -> Reply:
        """Answer that every model is ready, or which are not and why."""
        troubles = self._troubles()
        if not troubles:
            return Reply(200, b"\n")
        shown = "; ".join(f"{name}: {trouble}" for name, trouble in troubles.items())
        return json_reply(503, {"error_code": "TEMPORARILY_UNAVAILABLE", "message": shown})


def _metadata(place: Place) -> Reply:
    return json_reply(200, inference.metadata(place.model))


def _model_readiness(place: Place) -> Reply:
    return _readiness(place.model.trouble is None, {"name": place.model.name})


def _readiness(ready: bool, named: dict[str, str]) -> Reply:
    return json_reply(200 if ready else 503, {**named, "ready": ready})


def _not_allowed(verb: str) -> Reply:
    reply = json_reply(405, {"error_code": "METHOD_NOT_ALLOWED", "message": f"ask with {verb}"})
    return Reply(405, reply.content, headers=[(b"allow", verb.encode())])

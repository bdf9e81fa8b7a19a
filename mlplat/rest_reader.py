"""A store behind the REST protocol, read. In: its address and secret. Out: what `mlplat.reader.Reader` promises."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from mlplat.exceptions import MlplatException
from mlplat.reader import Json

TIMEOUT_SECONDS = 60
API = "/api/2.0/mlflow/"
ARTIFACT_API = "/api/2.0/mlflow-artifacts/artifacts/"
ARTIFACT_SCHEME = "mlflow-artifacts"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_THERE = 404


class NoRedirect(HTTPRedirectHandler):
    """The secret goes to the address that was named, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


class RestReader:
    """Reads over HTTP.

    Args:
        uri: the store's address. secret: bearer token, if it wants one.
    """

    def __init__(self, uri: str, secret: Optional[str]) -> None:
        self._uri = uri.rstrip("/")
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        # A proxy must not learn the secret of a server on this machine.
        handlers = [ProxyHandler({})] if urlsplit(uri).hostname in LOOPBACK else []
        self._opener = build_opener(NoRedirect(), *handlers)

    def get_run(self, run_id: str) -> Optional[Json]:
        """Return `{"info": …, "data": …}`, or None when there is no such run."""
        return self._get("runs/get", "run", run_id=run_id)

    def get_experiment(self, experiment_id: str) -> Optional[Json]:
        """Return the experiment's fields, or None when there is none."""
        return self._get("experiments/get", "experiment", experiment_id=experiment_id)

    def get_experiment_by_name(self, name: str) -> Optional[Json]:
        """Return the experiment's fields, a deleted one's too, or None when there is none."""
        return self._get("experiments/get-by-name", "experiment", experiment_name=name)

    def create_experiment(
        self, name: str, artifact_location: Optional[str] = None, tags: Optional[Dict[str, str]] = None
    ) -> str:
        """Make an experiment and return its id; one that exists already is no error, and stays as it is."""
        known = self.get_experiment_by_name(name)
        if known is None:
            given: Json = {"name": name, "tags": [{"key": key, "value": text} for key, text in (tags or {}).items()]}
            if artifact_location:
                given["artifact_location"] = artifact_location
            answer = self._fetch(f"{API}experiments/create", json.dumps(given).encode("utf-8"))
            known = json.loads(answer or b"{}")
        return str(known["experiment_id"])

    def download_artifact(self, run_id: str, path: str) -> Optional[bytes]:
        """Return an artifact's bytes, or None when there is none."""
        run = self.get_run(run_id)
        if run is None:
            return None
        root = urlsplit(run["info"]["artifact_uri"])
        if root.scheme != ARTIFACT_SCHEME:
            raise MlplatException(f"cannot read artifacts at {root.scheme}: from here")
        return self._fetch(ARTIFACT_API + quote(f"{root.path.strip('/')}/{path}"))

    def _get(self, endpoint: str, field: str, **fields: str) -> Optional[Json]:
        answer = self._fetch(f"{API}{endpoint}?{urlencode(fields)}")
        if answer is None:
            return None
        found: Json = json.loads(answer)[field]
        return found

    def _fetch(self, path: str, body: Optional[bytes] = None) -> Optional[bytes]:
        """Return the answer's body, or None when what was asked for is not there."""
        headers = dict(self._headers, **{"Content-Type": "application/json"} if body else {})
        request = Request(self._uri + path, data=body, headers=headers)  # noqa: S310 - the user's own http(s) address
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            with error:
                if error.code == NOT_THERE:
                    return None
                raise MlplatException(f"{self._uri}: {message_of(error)}") from error
        except (URLError, OSError) as error:
            raise MlplatException(f"cannot reach {self._uri}: {error}") from error


def message_of(error: HTTPError) -> str:
    """Return what a server said was wrong."""
    try:
        return str(json.loads(error.read())["message"])
    except (ValueError, KeyError, TypeError):
        return f"answered {error.code}"

"""Where ported code looks for the client: `mlplat.tracking.MlflowClient` is `mlplat.MlplatClient`."""

from __future__ import annotations

from mlplat.client import MlplatClient
from mlplat.location import get_tracking_uri, is_tracking_uri_set, set_tracking_uri

MlflowClient = MlplatClient

__all__ = ["MlflowClient", "MlplatClient", "get_tracking_uri", "is_tracking_uri_set", "set_tracking_uri"]

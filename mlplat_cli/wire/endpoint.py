"""One line of the interface. In: nothing. Out: the type that the table is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from msgspec import Struct

API = "/api/2.0/mlflow"
API_3 = "/api/3.0/mlflow"
PROXY = "/api/2.0/mlflow-artifacts"
OWN = "/api/1"
"""What MLflow's protocol cannot say."""


class Reads(Enum):
    """Which pending journals an answer depends on."""

    NOTHING = "nothing"
    RUN = "run"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the interface.

    Args:
        verb: the HTTP method. GET takes its request from the query string, every other one from a JSON body.
        path: from the root; `{name}` is one part of the path and a field of the request, `{name:path}` may
            hold slashes (the stock client sends a key as it is).
        request, response: what travels.
        call: the name of the call that answers, the store's own where one does.
        reads: what must be ingested before it answers.
    """

    verb: str
    path: str
    request: type[Struct]
    response: type[Struct]
    call: str
    reads: Reads = Reads.NOTHING

    @property
    def only_reads(self) -> bool:
        """Tell whether it may be asked again without a thought: nothing changes by it."""
        return self.verb == "GET" or self.reads is not Reads.NOTHING

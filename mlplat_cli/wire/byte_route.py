"""One path that carries bytes or a stream. In: nothing. Out: the type that `byte_routes` is made of."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from mlplat_cli.wire.messages.empty import EmptyResponse

ANY = "*/*"
BYTES = "application/octet-stream"
TEXT = "text/plain"
JSON = "application/json"
PROTOBUF = "application/x-protobuf"
EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of the query string or of a header; those of the path are read from the path."""

    name: str
    description: str
    schema: dict[str, object]
    required: bool = False
    place: str = "query"


@dataclass(frozen=True, slots=True)
class ByteRoute:
    """One such path.

    Args:
        verb, path: as in the endpoint table. call: its name in the document. summary: a line for readers.
        parameters: of the query string, and headers.
        takes: media type of the request's body, None where it has none.
        gives: media type of a successful answer; response: its type where that is JSON, None for any object.
        statuses: of successful answers.
    """

    verb: str
    path: str
    call: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    takes: str | None = None
    gives: str = JSON
    response: type[Struct] | None = EmptyResponse
    statuses: tuple[int, ...] = (200,)

"""Protobuf's binary form, as far as traces need it. In: bytes. Out: the same as JSON would be read, and answers.

A reader of its own: the generated one of opentelemetry-proto takes as long for what is needed here, and brings protobuf
along. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mlplat_cli.errors import InvalidInputError

VARINT, FIXED64, LENGTH = 0, 1, 2
"""How a field's value is laid out."""

DEEPEST = 100
"""Messages within messages; OpenTelemetry's attributes may hold lists and maps of any depth."""

_FIXED32 = 5
_MORE, _LOW = 0x80, 0x7F
_LONGEST_VARINT = 10


class Field(NamedTuple):
    """What becomes of a field.

    Args:
        name: of the argument that it is for `Message.make`.
        read: makes the value of bytes or a number; None for a message.
        message: gives the message; a call, as messages may hold themselves.
        repeated: whether the field is a list.
    """

    name: str
    read: Callable[[Any], Any] | None = None
    message: Callable[[], Message] | None = None
    repeated: bool = False


class Message(NamedTuple):
    """How a message is read: what makes it of its fields, and its fields by number and layout (`key`)."""

    make: Callable[..., Any]
    fields: Mapping[int, Field]


def key(number: int, layout: int) -> int:
    """Join a field's number and the layout of its value, as they stand before every field."""
    return number << 3 | layout


def text(raw: bytes) -> str:
    """Read a string."""
    return raw.decode()


def signed(number: int) -> int:
    """Read an int64."""
    return number - (1 << 64) if number >> 63 else number


def decode(raw: bytes, message: Message) -> Any:
    """Read a message; fields that it does not know are left out.

    Raises:
        InvalidInputError: these bytes are none.
    """
    try:
        return _decode(raw, 0, len(raw), message, DEEPEST)
    except (IndexError, UnicodeDecodeError, ValueError) as error:
        raise InvalidInputError("the request body is not a protobuf message of OpenTelemetry") from error


def _decode(raw: bytes, at: int, end: int, message: Message, depth: int) -> Any:
    if depth == 0:
        raise ValueError("nested too deeply")
    make, fields = message
    found: dict[str, Any] = {}
    while at < end:
        tag, at = (raw[at], at + 1) if raw[at] < _MORE else _varint(raw, at)
        number, start, at = _extent(raw, at, tag & 7)
        if at > end:
            raise ValueError("cut off")
        field = fields.get(tag)
        if field is None:
            continue
        name, read, inner, repeated = field
        if inner is not None:
            value = _decode(raw, start, at, inner(), depth - 1)
        elif read is not None:
            value = read(number if tag & 7 == VARINT else raw[start:at])
        if repeated:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return make(**found)


def _extent(raw: bytes, at: int, layout: int) -> tuple[int, int, int]:
    """Return a field's number, if it is one, and where its value begins and ends."""
    if layout == LENGTH:
        length, at = (raw[at], at + 1) if raw[at] < _MORE else _varint(raw, at)
        return 0, at, at + length
    if layout == VARINT:
        number, after = _varint(raw, at)
        return number, at, after
    if layout == FIXED64:
        return 0, at, at + 8
    if layout == _FIXED32:
        return 0, at, at + 4
    raise ValueError("a layout that is none")


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = raw[at]
        at += 1
        number |= (byte & _LOW) << shift
        if byte < _MORE:
            return number & (1 << 64) - 1, at
        shift += 7
        if shift >= 7 * _LONGEST_VARINT:
            raise ValueError("a number that is too long")


def encode_status(code: int, message: str) -> bytes:
    """Write a `google.rpc.Status`, which says to an exporter why its spans were refused."""
    return b"\x08" + _written_varint(code) + b"\x12" + _written_varint(len(message.encode())) + message.encode()


def _written_varint(number: int) -> bytes:
    parts = bytearray()
    while number >= _MORE:
        parts.append(number & _LOW | _MORE)
        number >>= 7
    parts.append(number)
    return bytes(parts)

"""Protobuf as an exporter writes it: messages of (number, value) pairs."""

from __future__ import annotations

import struct

Fields = list[tuple[int, "bytes | str | int | float | Fixed | Fields"]]


class Fixed(int):
    """A number that takes eight bytes."""


def message(fields: Fields) -> bytes:
    return b"".join(_field(number, value) for number, value in fields)


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _field(number: int, value: bytes | str | int | float | Fixed | Fields) -> bytes:
    match value:
        case list():
            return _field(number, message(value))
        case str():
            return _field(number, value.encode())
        case bytes():
            return varint(number << 3 | 2) + varint(len(value)) + value
        case Fixed():
            return varint(number << 3 | 1) + int(value).to_bytes(8, "little")
        case float():
            return varint(number << 3 | 1) + struct.pack("<d", value)
        case _:
            return varint(number << 3) + varint(value)

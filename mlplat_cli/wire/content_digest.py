"""A SHA-256 as HTTP says it (RFC 9530): `sha-256=:BASE64:`. In: a header's text, or hexadecimal digits. Out: the other.

`Repr-Digest` is that of the whole file even where a part travels, `Content-Digest` that of the bytes of one message.
"""

from __future__ import annotations

import base64
import binascii
import re

_SHA_256 = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):\s*(?:,|$)", re.IGNORECASE)


def digest_header(digest: str) -> str:
    """Write 64 hexadecimal digits as the value of a header."""
    return f"sha-256=:{base64.b64encode(binascii.unhexlify(digest)).decode()}:"


def header_digest(value: str) -> str | None:
    """Return the hexadecimal digits that a header says; None where it says no SHA-256."""
    found = _SHA_256.search(value)
    return base64.b64decode(found[1]).hex() if found else None

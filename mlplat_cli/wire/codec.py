"""JSON as protobuf reads and writes it. In: bodies and query strings. Out: request types, and response bytes.

A client goes the other way: requests in, bodies and query strings out; responses of any server in, types out.

Unknown fields are ignored, numbers may be texts, null is the same as absent, NaN and Infinity may be bare literals or
texts, a bool may stand for a number and a float for an integer (its fraction is dropped). What is missing or of
another type is an InvalidInputError that names the field.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qs

import msgspec
from msgspec import Meta, Struct

from mlplat_cli.errors import InvalidInputError

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""An integer of the protocol."""

T = TypeVar("T", bound=Struct)

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`(?: - at `\$\.?(?P<place>[^`]*)`)?")
_MISTYPED = re.compile(r"(?P<fault>.+?)(?: - at `\$\.?(?P<place>[^`]*)`)?$", re.DOTALL)


def decode_body(body: bytes, kind: type[T]) -> T:
    """Read a JSON body; an empty one is an object without fields."""
    try:
        message: T = _decoder(kind).decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # The strict reader is the fast one; only what it refuses is looked at again with more patience.
        return _convert(_soften(_parse(body), kind), kind)
    return message


def decode_query(query: str, kind: type[T], parts: Mapping[str, str] | None = None) -> T:
    """Read a query string, where a repeated key is a list, and the named parts of a path."""
    values = parse_qs(query, keep_blank_values=True)
    lists = _list_fields(kind)
    fields: dict[str, Any] = {key: found if key in lists else found[-1] for key, found in values.items()}
    return _convert({**fields, **(parts or {})}, kind)


def decode_with_parts(body: bytes, kind: type[T], parts: Mapping[str, str]) -> T:
    """Read a JSON body whose other fields are named parts of the path; the path wins."""
    fields = _parse(body or b"{}")
    if not isinstance(fields, dict):
        raise InvalidInputError("the request body is not a JSON object")
    return _convert(_soften({**fields, **parts}, kind), kind)


def encode(response: Struct) -> bytes:
    """Write a response; fields that hold their default are absent."""
    return msgspec.json.encode(response)


def encode_request(request: Struct) -> bytes:
    """Write a request's body; what holds its default is absent, NaN and the infinities are texts."""
    return json.dumps(_fields(request), separators=(",", ":")).encode()


def encode_query(request: Struct) -> dict[str, list[str]]:
    """Write a request's fields as a query string has them: a list's items under the same key."""
    found = {}
    for key, value in _fields(request).items():
        items = value if isinstance(value, list) else [value]
        found[key] = [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
    return found


def number(value: float) -> float | str:
    """Give a double the form it has in JSON: NaN and the infinities are texts."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _fields(request: Struct) -> dict[str, Any]:
    fields = ((name, getattr(request, name)) for name in request.__struct_fields__)
    return {name: _plain(value) for name, value in fields if _says_something(type(request), name, value)}


def _says_something(kind: type[Struct], name: str, value: Any) -> bool:
    # A number is always said: other servers have other defaults.
    return isinstance(value, int) or name not in _defaults(kind) or value != _defaults(kind)[name]


@cache
def _defaults(kind: type[Struct]) -> dict[str, Any]:
    return {field.name: field.default for field in msgspec.structs.fields(kind) if not field.required}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not isinstance(value, Struct):
        return value
    if type(value).__struct_config__.array_like:
        return msgspec.to_builtins(value)
    fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
    optional = _defaults(type(value))
    said = ((name, item) for name, item in fields if item is not msgspec.UNSET)
    return {name: _plain(item) for name, item in said if item is not None or name not in optional}


@cache
def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(kind, strict=False)


@cache
def _list_fields(kind: type[Struct]) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(kind).items() if get_origin(hint) is tuple)


def _parse(body: bytes) -> Any:
    try:
        parsed = json.loads(body.decode())
        if _SURROGATE.search(body):
            json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidInputError("the request body holds half of a surrogate pair, which no text has") from None
    except UnicodeDecodeError:
        raise InvalidInputError("the request body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            f"the request body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from None
    except ValueError:
        raise InvalidInputError("the request body is not JSON: it holds a number that is too long") from None
    except RecursionError:
        raise InvalidInputError("the request body is nested too deeply") from None
    return parsed


def _convert(fields: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInputError(_explain(str(error))) from None


def _explain(fault: str) -> str:
    missing = _MISSING.fullmatch(fault)
    if missing:
        place = f"{missing['place']}." if missing["place"] else ""
        return f"required parameter '{place}{missing['field']}' is missing"
    mistyped = _MISTYPED.match(fault)
    if mistyped and mistyped["place"]:
        return f"invalid value for parameter '{mistyped['place']}': {mistyped['fault']}"
    return f"invalid request: {fault}"


def _soften(value: Any, kind: Any) -> Any:
    """Bring parsed JSON nearer to `kind`: no nulls, numbers for bools, integers for floats."""
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(kind) is tuple and isinstance(value, list):
        return [_soften(item, get_args(kind)[0]) for item in value if item is not None]
    if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(value, dict):
        hints = get_type_hints(kind, include_extras=True)
        return {key: _soften(item, hints.get(key)) for key, item in value.items() if item is not None}
    wanted = _scalars(kind)
    if isinstance(value, bool) and bool not in wanted and (int in wanted or float in wanted):
        return int(value)
    if isinstance(value, float) and int in wanted and float not in wanted and math.isfinite(value):
        return int(value)
    return value


def _scalars(kind: Any) -> Sequence[Any]:
    """Name the plain types that a field takes: those of a union, or the one there is."""
    return [get_args(part)[0] if get_origin(part) is Annotated else part for part in get_args(kind) or (kind,)]

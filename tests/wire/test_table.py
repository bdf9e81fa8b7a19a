"""The endpoint table is complete and consistent."""

from msgspec.structs import fields

from mlplat_cli.server.answers import answer_of
from mlplat_cli.wire.table import ENDPOINTS


def test_every_line_is_there_once() -> None:
    lines = [(endpoint.verb, endpoint.path) for endpoint in ENDPOINTS]
    assert len(lines) == len(set(lines))


def test_every_call_is_answered() -> None:
    for endpoint in ENDPOINTS:
        assert callable(answer_of(endpoint.call))


def test_named_parts_of_a_path_are_fields_of_the_request() -> None:
    for endpoint in ENDPOINTS:
        names = {part[1:-1].removesuffix(":path") for part in endpoint.path.split("/") if part.startswith("{")}
        assert names <= {field.encode_name for field in fields(endpoint.request)}

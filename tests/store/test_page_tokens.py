from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.paging import decode_token, encode_token, listing_name

VALUES = st.lists(st.none() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False))


@given(VALUES)
def test_values_come_back_exactly(values: list[str | int | float | None]) -> None:
    assert decode_token("here", encode_token("here", values), len(values)) == values


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_nothing_but_a_clear_error_comes_of_other_texts(token: str) -> None:
    with pytest.raises(InvalidInputError, match="Invalid page token"):
        decode_token("here", token, 2)


@pytest.mark.parametrize("content", [{}, [], ["here", 1], ["here", 1, [2]], ["here", 1, True], ["there", 1, 2]])
def test_tokens_that_are_not_ours(content: object) -> None:
    token = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(InvalidInputError, match="Invalid page token"):
        decode_token("here", token, 2)


def test_a_listing_is_named_by_its_whole_question() -> None:
    assert listing_name("runs", [1, 2], None) == listing_name("runs", [1, 2], None)
    assert listing_name("runs", [1, 2], None) != listing_name("runs", [1], None)

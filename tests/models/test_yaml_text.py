"""YAML of model folders: our writer, our reader, and PyYAML, which must agree."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplat.exceptions import MlplatException
from mlplat.models.yaml_reader import read
from mlplat.models.yaml_text import parse, render

CHARACTERS = st.characters(exclude_categories=["Cs", "Zl", "Zp"], exclude_characters="\x85")
"""Without the line breaks that nobody types."""

TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=120),
    st.text(alphabet="ab :#-'\"\\\n,[]{}&*!|>%@`?~\t", max_size=120),
    st.sampled_from(
        ["yes", "No", "null", "1e3", "0x1f", "017", "12:30:45", "2026-11-21", "-", "=", "<<", "a: b", ".5"]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | st.integers(0, 99), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from([None, True, False]), st.sampled_from([20, 80, 1000]), st.booleans())
def test_our_reader_reads_what_pyyaml_writes(value: Any, flow: bool | None, width: int, unicode: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, width=width, allow_unicode=unicode)
    assert read(text) == yaml.safe_load(text)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_pyyaml_and_we_read_what_we_write(value: Any) -> None:
    text = render(value)
    assert yaml.safe_load(text) == value
    assert read(text) == value


def test_a_long_text_over_many_lines_is_read_at_once() -> None:
    value = {"signature": {"inputs": '[{"type": "double", "name": "a\'b"}, ' * 20_000}}

    for text in (yaml.safe_dump(value), yaml.safe_dump(value, default_style='"')):
        assert read(text) == value


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-#'\"[]{},&*!|>\n \t?%", max_size=60))
def test_a_wrong_document_is_refused_and_nothing_else(text: str) -> None:
    for reader in (read, parse):
        message = ""
        try:
            reader(text)
        except MlplatException as error:
            message = error.message
        assert "\n" not in message


def test_a_literal_block_and_an_anchor_are_read() -> None:
    text = "a: |\n  one\n    two\n\n  three\nb: >-\n  x\n  y\nc: &id001\n- 1\nd: *id001\n"
    assert read(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['true']",
        "flavors: !!python/object/new:os.system [true]",
        "a:\n- !!python/name:os.system ''",
    ],
)
def test_a_tag_makes_no_object(text: str) -> None:
    with pytest.raises(MlplatException):
        read(text)
    with pytest.raises(MlplatException):
        parse(text)

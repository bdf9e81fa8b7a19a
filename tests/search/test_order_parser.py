from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import FilterError
from mlplat_cli.search import (
    EXPERIMENT,
    MODEL_VERSION,
    REGISTERED_MODEL,
    RUN,
    Entity,
    Field,
    FieldKind,
    OrderKey,
    parse_order,
)


def test_clauses() -> None:
    assert parse_order(["metrics.loss DESC", "params.`a b`", "Created asc", 'tags."x" desc'], RUN) == (
        OrderKey(Field(FieldKind.METRIC, "loss"), descending=True),
        OrderKey(Field(FieldKind.PARAM, "a b")),
        OrderKey(Field(FieldKind.ATTRIBUTE, "start_time")),
        OrderKey(Field(FieldKind.TAG, "x"), descending=True),
    )
    assert parse_order(["timestamp"], REGISTERED_MODEL) == parse_order(["last_updated_timestamp ASC"], REGISTERED_MODEL)
    assert parse_order([], RUN) == ()


@pytest.mark.parametrize(
    ("entity", "clauses", "message"),
    [
        (RUN, ["metrics.loss desc nulls last"], "at position 18: expected the end, found 'nulls'."),
        (RUN, ["metrics.loss down"], "at position 13: expected ASC, DESC or the end, found 'down'."),
        (RUN, ["bogus"], "Invalid order_by clause 'bogus' at position 0: Invalid attribute key 'bogus' specified."),
        (RUN, [""], "expected a field, found the end."),
        (RUN, ["dataset.name"], "Invalid order_by entity: dataset"),
        (EXPERIMENT, ["tags.x"], "Invalid order_by entity: tag"),
        (MODEL_VERSION, ["source_path"], "Invalid order by key 'source_path' specified. Valid keys are ['name',"),
        (RUN, ["start_time", "created DESC"], "contains duplicate fields: 'start_time'"),
    ],
)
def test_mistakes(entity: Entity, clauses: list[str], message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_order(clauses, entity)
    assert message in caught.value.message


@given(st.lists(st.text()))
def test_nothing_but_a_filter_error_comes_of_any_text(clauses: list[str]) -> None:
    with suppress(FilterError):
        parse_order(clauses, RUN)

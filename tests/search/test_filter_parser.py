from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import FilterError
from mlplat_cli.search import (
    EXPERIMENT,
    LOGGED_MODEL,
    MODEL_VERSION,
    REGISTERED_MODEL,
    RUN,
    And,
    Comparison,
    Entity,
    Expression,
    Field,
    FieldKind,
    IsMissing,
    Membership,
    Not,
    Operator,
    Or,
    parse_field,
    parse_filter,
)
from tests.search.rendering import render, trees

ENTITIES = [RUN, EXPERIMENT, LOGGED_MODEL, REGISTERED_MODEL, MODEL_VERSION]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ANY_NUMBER = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
PIECES = (
    'metrics.a params.`b c` tags."d" status run_name start_time AND OR NOT ( ) , = != < <= LIKE ILIKE IN IS NULL '
    "BETWEEN 'x' \"y\" 1 -2.5 1e400 ` ' \" . ; % dataset.name attributes. metrics. bogus bogus.x"
)
WORDS = st.sampled_from(PIECES.split())


def attribute(key: str) -> Field:
    return Field(FieldKind.ATTRIBUTE, key)


def fault_of(text: str, entity: Entity) -> FilterError | None:
    try:
        parse_filter(text, entity)
    except FilterError as error:
        return error
    return None


def metric(key: str, operator: Operator, value: float) -> Comparison:
    return Comparison(Field(FieldKind.METRIC, key), operator, value)


A, B, C = (metric(key, Operator.GREATER, 1) for key in "abc")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("metrics.a > 1", A),
        ("metric.a>1", A),
        ('metrics."a" > 1', A),
        ("metrics.`a` > 1", A),
        ("params.lr = '0.1'", Comparison(Field(FieldKind.PARAM, "lr"), Operator.EQUAL, "0.1")),
        ('param.lr = "0.1"', Comparison(Field(FieldKind.PARAM, "lr"), Operator.EQUAL, "0.1")),
        ("parameters.lr <> 'x'", Comparison(Field(FieldKind.PARAM, "lr"), Operator.NOT_EQUAL, "x")),
        (
            "tags.mlflow.source.name LIKE '%r%'",
            Comparison(Field(FieldKind.TAG, "mlflow.source.name"), Operator.LIKE, "%r%"),
        ),
        ("tag.`a ``b` ilike 'x'", Comparison(Field(FieldKind.TAG, "a `b"), Operator.ILIKE, "x")),
        ("tags.t = 'it''s'", Comparison(Field(FieldKind.TAG, "t"), Operator.EQUAL, "it's")),
        ("metrics.system/cpu-0:x >= -1e3", metric("system/cpu-0:x", Operator.AT_LEAST, -1000.0)),
        ("status = 'FAILED'", Comparison(attribute("status"), Operator.EQUAL, "FAILED")),
        ("attributes.status != 'FAILED'", Comparison(attribute("status"), Operator.NOT_EQUAL, "FAILED")),
        ("run.status = 'FAILED'", Comparison(attribute("status"), Operator.EQUAL, "FAILED")),
        ("Created > 0", Comparison(attribute("start_time"), Operator.GREATER, 0)),
        ("attr.`Run name` = 'x'", Comparison(attribute("run_name"), Operator.EQUAL, "x")),
        ("`run name` = 'x'", Comparison(attribute("run_name"), Operator.EQUAL, "x")),
        ('"run name" = "x"', Comparison(attribute("run_name"), Operator.EQUAL, "x")),
        ("run_id IN ('a', 'b')", Membership(attribute("run_id"), ("a", "b"))),
        ("run_id not in ('a')", Membership(attribute("run_id"), ("a",), negated=True)),
        ("metrics.a IN (1, 2.5)", Membership(Field(FieldKind.METRIC, "a"), (1, 2.5))),
        ("tags.t NOT LIKE 'a%'", Comparison(Field(FieldKind.TAG, "t"), Operator.NOT_LIKE, "a%")),
        ("dataset.context = 'training'", Comparison(Field(FieldKind.DATASET, "context"), Operator.EQUAL, "training")),
        ("tags.t IS NULL", IsMissing(Field(FieldKind.TAG, "t"))),
        ("metrics.a is not null", IsMissing(Field(FieldKind.METRIC, "a"), negated=True)),
        ("metrics.a > 1 AND metrics.b > 1 and metrics.c > 1", And((A, B, C))),
        ("metrics.a > 1 OR metrics.b > 1 AND metrics.c > 1", Or((A, And((B, C))))),
        ("(metrics.a > 1 OR metrics.b > 1) AND NOT (metrics.c > 1)", And((Or((A, B)), Not(C)))),
        (
            "metrics.a BETWEEN 0 AND 1 AND metrics.b > 1",
            And((And((metric("a", Operator.AT_LEAST, 0), metric("a", Operator.AT_MOST, 1))), B)),
        ),
        (
            "metrics.a NOT BETWEEN 0 AND 1",
            Or((metric("a", Operator.LESS, 0), metric("a", Operator.GREATER, 1))),
        ),
        ("start_time > 99999999999999999999", Comparison(attribute("start_time"), Operator.GREATER, 1e20)),
    ],
)
def test_what_a_filter_means(text: str, tree: Expression) -> None:
    assert parse_filter(text, RUN) == tree


@pytest.mark.parametrize("empty", [None, "", "  \n"])
def test_no_filter(empty: str | None) -> None:
    assert parse_filter(empty, RUN) is None


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        ("metrics.loss <", 14, "expected a number for metric 'loss', found the end.", None),
        ("metrics.loss > 'x'", 15, "expected a number for metric 'loss', found 'x'.", None),
        ("params.lr = 0.1", 12, "expected a quoted string for parameter 'lr', found '0.1'.", None),
        ("params.lr > '1'", 10, "expected =, !=, LIKE, ILIKE, IN or IS NULL after parameter 'lr', found '>'.", None),
        ("start_time LIKE 'x'", 11, "after attribute 'start_time', found 'LIKE'.", None),
        (
            "stat = 'x'",
            0,
            "Invalid attribute key 'stat' specified. Valid keys are ['run_id',",
            "did you mean 'status'?",
        ),
        ("mtrics.a > 1", 0, "Invalid entity type 'mtrics'. Valid values are", "did you mean 'metrics'?"),
        ("dataset.nam = 'x'", 0, "Invalid dataset key 'nam' specified.", "did you mean 'name'?"),
        ("metrics.a > 1 metrics.b > 1", 14, "expected AND, OR or the end, found 'metrics.b'.", None),
        ("(metrics.a > 1", 14, "expected ')', found the end.", None),
        ("metrics.a > 1 AND", 17, "expected a field, found the end.", "for example run_id, or metrics.`a key`"),
        ("metrics.a > 1 AND OR", 18, "expected a field, found 'OR'.", None),
        ("tags.t IN 'x'", 10, "expected '(', found 'x'.", None),
        ("tags.t IN ()", 11, "expected a quoted string for tag 't', found ')'.", None),
        ("tags.t IS 'x'", 10, "expected NULL, found 'x'.", None),
        ("tags.t NOT = 'x'", 11, "expected IN, LIKE or ILIKE after tag 't', found '='.", None),
        ("tags.t = 'x", 9, "the quote ' is never closed.", None),
        ('tags."t = 1', 5, 'the quote " is never closed.', None),
        ("metrics.a > 1; DROP TABLE runs", 13, "unexpected ';'.", None),
        ("metrics.a > 1e999", 12, "expected a number that a 64-bit float can hold, found '1e999'.", None),
        ("metrics.a = NaN", 12, "expected a number for metric 'a', found 'NaN'.", None),
        ("tags.t = '\ud800'", 10, "unexpected", None),
        ("tags.t LIKE '" + "%" * 6000 + "'", 12, "expected a pattern of at most 5000 characters", None),
        ("(" * 60 + "metrics.a > 1", 50, "expected at most 50 levels", None),
        ("NOT " * 5000 + "metrics.a > 1", 200, "expected at most 50 levels", None),
        (" OR ".join(["metrics.a > 1"] * 201), 3400, "expected at most 200 comparisons", None),
    ],
)
def test_mistakes(text: str, position: int, message: str, hint: str | None) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, RUN)
    assert caught.value.message.startswith(f"Invalid filter at position {position}: ")
    assert message in caught.value.message
    assert (caught.value.text, caught.value.position) == (text, position)
    if hint is not None:
        assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        (EXPERIMENT, "lifecycle_stage = 'active'"),
        (EXPERIMENT, "metrics.a > 1"),
        (REGISTERED_MODEL, "name > 'a'"),
        (MODEL_VERSION, "aliases.champion = '1'"),
        (MODEL_VERSION, "version_number = '1'"),
        (LOGGED_MODEL, "dataset.name = 'x'"),
        (EXPERIMENT, "run.name = 'x'"),
    ],
)
def test_what_an_entity_does_not_have(entity: Entity, text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text, entity)


@given(st.data(), st.sampled_from(ENTITIES))
def test_a_rendered_tree_parses_to_itself(data: st.DataObject, entity: Entity) -> None:
    tree = data.draw(trees(entity, keys=ANY_TEXT, texts=ANY_TEXT, numbers=ANY_NUMBER))
    assert parse_filter(render(tree), entity) == tree


@given(st.text() | st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join), st.sampled_from(ENTITIES))
def test_nothing_but_a_filter_error_comes_of_any_text(text: str, entity: Entity) -> None:
    error = fault_of(text, entity)
    if error is not None:
        assert 0 <= error.position <= len(text)
        assert "Invalid filter at position" in error.message


def test_one_field() -> None:
    assert parse_field("metrics.`a b`", LOGGED_MODEL) == Field(FieldKind.METRIC, "a b")
    assert parse_field("creation_time", LOGGED_MODEL) == attribute("creation_timestamp")
    for text in ("metrics.a DESC", "", "1", "bogus"):
        with pytest.raises(FilterError):
            parse_field(text, LOGGED_MODEL)

from __future__ import annotations

import pytest

from mlplat_cli.entities import Assessment, AssessmentKind, SpanStatus, Tag, TraceState
from mlplat_cli.errors import FilterError, InvalidInputError
from mlplat_cli.store.interface import Store
from tests.contract.traces import put, span


@pytest.fixture
def four(store: Store) -> Store:
    """a: tagged, two spans; b: failed, no tags; c: going on; d: assessed."""
    put(
        store,
        "a",
        time=100,
        execution_duration=50,
        client_request_id="x",
        tags=(Tag("t", "1"), Tag("mlflow.traceName", "first")),
        trace_metadata=(Tag("mlflow.trace.session", "s1"),),
    )
    put(store, "b", time=200, execution_duration=10, state=TraceState.ERROR, tags=(Tag("mlflow.traceName", "second"),))
    put(store, "c", time=300, state=TraceState.IN_PROGRESS, trace_metadata=(Tag("mlflow.trace.session", "S1"),))
    put(store, "d", time=400, execution_duration=30, tags=(Tag("t", "2"),))
    store.log_spans(
        "0",
        [
            span("a", 1, "outer", attributes={"model": '"gpt-4"', "n": 5, "ok": True, "mlflow.spanInputs": {"q": "é"}}),
            span("a", 2, "inner", parent=1, kind="LLM", attributes={"model": "gpt-3", 'odd "key\\': "v"}),
            span("b", 1, "outer", kind="LLM", status=SpanStatus.ERROR, attributes={"list": ["x", 'say "hi"']}),
        ],
    )
    for value, name in (("0.5", "score"), ('"yes"', "verdict"), ("true", "good")):
        store.create_assessment(Assessment(trace_id="d", kind=AssessmentKind.FEEDBACK, name=name, value=value))
    store.create_assessment(Assessment(trace_id="d", kind=AssessmentKind.EXPECTATION, name="score", value="7"))
    return store


def found(store: Store, text: str | None = None, *order: str) -> str:
    page = store.search_traces(["0"], filter=text, order_by=order or ["timestamp_ms"])
    return "".join(each.trace_id for each in page.items)


SEARCHES = {
    None: "abcd",
    "status = 'OK'": "ad",
    "trace.status = 'ERROR' OR attributes.state = 'IN_PROGRESS'": "bc",
    "status IN ('OK', 'ERROR')": "abd",
    "status LIKE 'E%'": "b",
    "status = 'ok'": "",
    "timestamp_ms > 100 AND timestamp < 400": "bc",
    "timestamp_ms BETWEEN 200 AND 300": "bc",
    "execution_time_ms >= 30": "ad",
    "execution_time IS NULL": "c",
    "end_time = 210": "b",
    "name = 'first'": "a",
    "trace.name LIKE '%s%'": "ab",
    "name ILIKE 'FIRST'": "a",
    "name RLIKE '^(first|third)$'": "a",
    "name RLIKE 'F'": "",
    "NOT name RLIKE 'sec.*d'": "acd",
    "name NOT RLIKE 'sec.*d'": "a",
    "name IS NULL": "cd",
    "request_id IN ('a', 'b')": "ab",
    "client_request_id = 'x'": "a",
    "client_request_id IS NULL": "bcd",
    "experiment_id = '0' AND NOT experiment_id = '1'": "abcd",
    "tags.t = '1'": "a",
    "tag.t != '1'": "d",
    "tags.`t` IS NULL": "bc",
    "tags.never = '1'": "",
    "metadata.`mlflow.trace.session` = 's1'": "a",
    "request_metadata.`mlflow.trace.session` ILIKE 's1'": "ac",
    "metadata.mlflow.trace.session IS NOT NULL": "ac",
    "run_id = 'x'": "",
    "run_id IS NULL": "abcd",
    "prompt IS NOT NULL": "",
    "feedback.score > 0.4": "d",
    "feedback.score = '0.5'": "d",
    "feedback.score = 0.50": "d",
    "feedback.score IN (0.1, 0.5)": "d",
    "feedback.score BETWEEN 0.6 AND 1": "",
    "feedback.verdict = 'yes'": "d",
    "feedback.verdict = '\"yes\"'": "d",
    "feedback.verdict LIKE 'y%'": "d",
    "feedback.verdict != 'yes'": "",
    "feedback.good = 'true'": "d",
    "feedback.good != 'false'": "d",
    "feedback.good = 'True'": "",
    "feedback.good IS NULL": "abc",
    "expectation.score = 7": "d",
    "expectation.score = '7.0' AND feedback.score < 7": "d",
    "expectation.verdict IS NOT NULL": "",
    "span.name = 'outer'": "ab",
    "span.name = 'outer' AND span.name = 'inner'": "",
    "(span.name = 'outer') AND (span.name = 'inner' OR span.name = 'never')": "a",
    "span.type = 'LLM' AND span.name = 'outer'": "b",
    "span.type = 'LLM' AND span.name = 'inner' AND status = 'OK'": "a",
    "NOT span.name = 'inner'": "bcd",
    "span.status = 'ERROR'": "b",
    "span.type IN ('LLM', 'TOOL')": "ab",
    "span.name IS NULL": "cd",
    "span.attributes.model = 'gpt-4'": "a",
    "span.attributes.model = '\"gpt-4\"'": "a",
    "span.attributes.model LIKE 'gpt%' AND span.name = 'inner'": "a",
    "span.attributes.model = 'gpt-4' AND span.name = 'inner'": "",
    "span.attributes.model IS NULL": "bcd",
    "span.attributes.n = '5'": "a",
    "span.attributes.ok IN ('true')": "a",
    "span.`attributes.odd \"key\\` = 'v'": "a",
    "span.attributes.list LIKE '%x%'": "b",
    'span.content LIKE \'%"q": "é"%\'': "a",
    "span.content LIKE '%say \"hi\"%'": "b",
    "span.content ILIKE '%SAY%'": "b",
    "text LIKE '%inner%'": "a",
    "trace.text NOT LIKE '%outer%'": "cd",
    "text RLIKE 'g.t-\\d'": "a",
    "NOT (status = 'OK' OR span.status = 'ERROR') AND timestamp_ms > 0": "c",
}


def test_search(four: Store) -> None:
    assert {text: found(four, text) for text in SEARCHES} == SEARCHES


def test_which_experiments(four: Store) -> None:
    other = four.create_experiment("other").experiment_id
    put(four, "e", experiment_id=other)
    assert four.search_traces([]).items == []
    assert [each.trace_id for each in four.search_traces([other]).items] == ["e"]
    assert len(four.search_traces(["0", other]).items) == 5


ORDERS = {
    (): "dcba",
    ("timestamp_ms ASC",): "abcd",
    ("execution_time DESC",): "adbc",
    ("execution_time",): "bdac",
    ("end_time_ms",): "abdc",
    ("name DESC",): "badc",
    ("status", "timestamp"): "bcad",
    ("tags.t DESC",): "dacb",
    ("metadata.`mlflow.trace.session`",): "cadb",
    ("run_id", "request_id"): "abcd",
    ("experiment_id", "client_request_id"): "adcb",
}


def test_order_and_pages(four: Store) -> None:
    def walk(order: tuple[str, ...]) -> str:
        names, token = "", None
        while True:
            page = four.search_traces(["0"], order_by=order, max_results=1, page_token=token)
            names += "".join(each.trace_id for each in page.items)
            token = page.token
            if token is None:
                return names

    assert {order: walk(order) for order in ORDERS} == ORDERS


def test_what_arrives_meanwhile_moves_no_page(four: Store) -> None:
    first = four.search_traces(["0"], max_results=2)
    put(four, "new", time=9999)
    second = four.search_traces(["0"], max_results=2, page_token=first.token)
    assert [each.trace_id for each in (*first.items, *second.items)] == ["d", "c", "b", "a"]
    with pytest.raises(InvalidInputError):
        four.search_traces(["0"], filter="status = 'OK'", page_token=first.token)


MISTAKES = {
    "bogus = 'x'": 0,
    "assessment.x = 'y'": 0,
    "span.id = 'x'": 0,
    "span.attributes. = 'x'": 0,
    "status = OK": 9,
    "status > 'OK'": 7,
    "timestamp_ms = 'x'": 15,
    "text = 'x'": 5,
    "span.content IS NULL": 13,
    "feedback.x > 'a'": 11,
    "feedback.x IN ('a', 3)": 20,
    "name RLIKE '('": 11,
    "name RLIKE '(a+)+'": 11,
    "name RLIKE '(?i)a'": 11,
    "status = 'OK' AND": 17,
}


def test_a_mistake_has_a_place(store: Store) -> None:
    for text, position in MISTAKES.items():
        with pytest.raises(FilterError) as caught:
            store.search_traces(["0"], filter=text)
        assert (text, caught.value.position) == (text, position)
    for order in ("bogus", "text", "feedback.x", "span.name", "prompt"):
        with pytest.raises(FilterError):
            store.search_traces(["0"], order_by=[order])

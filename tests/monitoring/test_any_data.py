"""Whatever was trained on and served, the monitor makes a report of it that JSON, a page and Prometheus can hold."""

import json

import msgspec
import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplat.models.data_summary import summarize
from mlplat_cli.serving.monitoring.comparison import Question, watch
from mlplat_cli.serving.monitoring.drift import Choice
from mlplat_cli.serving.monitoring.page import html_page
from mlplat_cli.serving.monitoring.prometheus import prometheus_text
from mlplat_cli.serving.monitoring.reference import from_summary
from mlplat_cli.serving.monitoring.served import collect
from mlplat_cli.serving.monitoring.summary import read_summary
from mlplat_cli.serving.prediction_log import Label, Prediction

_cell = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["a", "b", "2026-11-01"])
)
_column = st.one_of(
    st.lists(_cell, max_size=6),
    st.lists(st.floats(), max_size=12),
    st.lists(st.integers(0, 3), max_size=12),
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=12),
    st.lists(st.booleans(), max_size=12),
)
_names = st.sampled_from(["a", "b", "0", "1"])
_table = st.dictionaries(_names, _column, max_size=3)
_json = st.recursive(_cell, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=3))
_content = st.one_of(
    _table,
    _json.filter(lambda value: isinstance(value, list | dict)),
    _table.map(lambda table: json.dumps({"inputs": table}).encode()),
    _json.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=20),
)


@settings(max_examples=150, deadline=None)
@given(_table, _column, st.lists(st.tuples(_content, _content), max_size=4), st.sampled_from([None, "psi", "ks", "z"]))
def test_any_data(features: dict[str, list], outputs: list, requests: list[tuple], method: str | None) -> None:
    summary = read_summary(
        json.dumps(summarize(features, predictions=numpy.array(outputs, dtype=object))).encode(), "summary"
    )
    reference = from_summary(summary, "summary")
    served = collect(
        [Prediction(n, str(n), "1", 1.0, None, asked, "", answer) for n, (asked, answer) in enumerate(requests)],
        list(reference.features),
    )
    labels = [Label(0, "0", 1), Label(0, "1", "a"), Label(0, "2/0", True), Label(0, "1", 2.5, "a")]

    report = watch(Question("m"), served, reference, labels=labels, choice=Choice(method, min_rows=1))

    msgspec.json.encode(report)
    assert html_page(report).endswith("</html>\n")
    assert prometheus_text(report).endswith("\n")
    assert report.requests == len(requests)

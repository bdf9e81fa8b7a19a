"""How often two filters find the same traces; the figures are those that MLflow 3.17 answered for the same traces."""

from __future__ import annotations

import pytest

from mlplat_cli.entities import Tag, TraceCorrelation
from mlplat_cli.errors import FilterError
from mlplat_cli.store.interface import Store
from tests.contract.traces import put


@pytest.fixture
def ten(store: Store) -> Store:
    for number in range(10):
        found = {"z": True, "a": number < 4, "b": 1 <= number < 6, "c": number < 2, "d": number > 7}
        put(store, f"tr-{number}", tags=tuple(Tag(key, "1") for key, there in found.items() if there))
    return store


@pytest.mark.parametrize(
    ("filters", "counts", "npmi", "smoothed"),
    [
        (("a", "b", None), (4, 5, 3, 10), 0.33677264689975395, 0.2730787340224989),
        (("a", "a", None), (4, 4, 4, 10), 1.0, 0.7851603317615029),
        (("a", "d", None), (4, 2, 0, 10), -1.0, -0.28831819119119073),
        (("z", "z", None), (10, 10, 10, 10), 1.0, 1.0),
        (("z", "a", None), (10, 4, 4, 10), 0.0, -0.018707780800637765),
        (("none", "a", None), (0, 4, 0, 10), None, None),
        (("a", "b", "c"), (2, 1, 1, 2), 0.0, 0.0),
    ],
)
def test_counts_and_correlation(
    ten: Store,
    filters: tuple[str | None, ...],
    counts: tuple[int, int, int, int],
    npmi: float | None,
    smoothed: float | None,
) -> None:
    words = [None if key is None else f"tags.{key} = '1'" for key in filters]
    found = ten.correlate_traces(["0"], str(words[0]), str(words[1]), base=words[2])
    assert found == TraceCorrelation(first=counts[0], second=counts[1], joint=counts[2], total=counts[3])
    assert found.npmi == (None if npmi is None else pytest.approx(npmi))
    assert found.npmi_smoothed == (None if smoothed is None else pytest.approx(smoothed))


def test_no_experiment_has_no_traces(ten: Store) -> None:
    nothing = TraceCorrelation(first=0, second=0, joint=0, total=0)
    for experiments in ([], ["77"]):
        assert ten.correlate_traces(experiments, "tags.a = '1'", "tags.b = '1'") == nothing


def test_a_mistake_in_any_filter_is_told(ten: Store) -> None:
    good = "tags.a = '1'"
    for words in ((["0"], "nonsense", good), (["0"], good, "tags.a ="), (["0"], good, good, "x = 1")):
        with pytest.raises(FilterError):
            ten.correlate_traces(*words[:3], base=words[3] if len(words) > 3 else None)

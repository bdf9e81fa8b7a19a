import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from mlplat_cli.environments.constraint import parse_constraint, parse_version

number = st.integers(0, 14)
full = st.tuples(st.just(3), number, number)
version = st.lists(number, min_size=2, max_size=3).map(lambda parts: ".".join(map(str, [3, *parts[1:]])))
clause = st.tuples(st.sampled_from([">=", "<=", "==", "!=", "~=", ">", "<"]), version).map("".join) | version.flatmap(
    lambda text: st.sampled_from([f"=={text}.*", f"!={text}.*"] if text.count(".") < 2 else [f"=={text}"])
)


@given(st.lists(clause, min_size=1, max_size=3).map(",".join), full)
def test_a_constraint_accepts_what_packaging_accepts(text, candidate):
    expected = SpecifierSet(text).contains(".".join(map(str, candidate)))
    assert parse_constraint(text).accepts(candidate) == expected


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        ("3.10", (3, 10, 14), (3, 1, 0)),
        ("3", (3, 12, 1), (2, 7, 18)),
        ("3.8.18", (3, 8, 18), (3, 8, 17)),
        ("=3.8", (3, 8, 2), (3, 9, 0)),
        (">=3.9,<3.12", (3, 11, 9), (3, 12, 0)),
    ],
)
def test_bare_versions_are_prefixes(text, accepted, refused):
    constraint = parse_constraint(text)
    assert constraint.accepts(accepted)
    assert not constraint.accepts(refused)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_with_value_error(text):
    with contextlib.suppress(ValueError):
        assert parse_constraint(text).clauses


def test_only_a_full_version_is_exact():
    assert parse_constraint("3.8.15").exact == (3, 8, 15)
    assert parse_constraint("==3.8.15").exact == (3, 8, 15)
    assert parse_constraint("3.8").exact is None
    assert parse_constraint(">=3.8.15").exact is None
    assert parse_version("3.14.0rc1") == (3, 14, 0)
    assert parse_version("three") is None

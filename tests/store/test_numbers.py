from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.store.numbers import clamped, to_columns, to_float


@given(st.floats())
def test_every_float_comes_back(number: float) -> None:
    special, value = to_columns(number)
    assert math.isfinite(value)
    again = to_float(special, value)
    assert again == number or (math.isnan(again) and math.isnan(number))


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_columns_sort_as_the_floats_do(first: float, second: float) -> None:
    assert (to_columns(first) < to_columns(second)) == (first < second)
    assert to_columns(first) < to_columns(math.nan)


@given(st.integers())
def test_clamped_integers_fit_64_bits(number: int) -> None:
    assert -(2**63) <= clamped(number) <= 2**63 - 1
    assert clamped(number) == number or abs(number) >= 2**63

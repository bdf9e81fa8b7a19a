"""Flavors that other packages bring, and such as are broken."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from mlplat import MlplatException
from mlplat.models import flavor as flavors
from mlplat.models.flavor import find_flavor, flavor_of_loader


class Cups:
    name = "cups"
    loader_module = "cups.loader"
    packages = ()
    write = read = predictor = None


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"broken": "no_such_module:FLAVOR", "half": "tests.models:__name__", "cups": f"{__name__}:Cups"}
    points = tuple(EntryPoint(name, place, flavors.GROUP) for name, place in places.items())
    monkeypatch.setattr(flavors, "_entry_points", lambda: points)


def test_a_flavor_is_found_by_its_name_and_by_what_loads_it_beside_broken_ones() -> None:
    assert find_flavor("cups") is Cups
    assert flavor_of_loader("cups.loader") is Cups


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken", "'broken' cannot be imported from no_such_module:FLAVOR: No module named"),
        ("half", "'half', tests.models:__name__, has no name"),
        ("none", "there is no flavor 'none'"),
    ],
)
def test_a_flavor_that_is_not_there_is_named(name: str, said: str) -> None:
    with pytest.raises(MlplatException, match=said):
        find_flavor(name)


@pytest.mark.parametrize("loader", ["mlflow.pyfunc.model", "mlflow.pyfunc.loaders.code_model", "nobody.knows"])
def test_what_nobody_claims_is_own_code(loader: str) -> None:
    assert flavor_of_loader(loader) is find_flavor("python_function")


def test_a_stock_loader_is_the_built_in_flavor() -> None:
    assert flavor_of_loader("mlflow.xgboost") is find_flavor("xgboost")

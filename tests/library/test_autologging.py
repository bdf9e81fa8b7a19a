"""What every framework's autologging stands on, with a framework of one file that any Python has."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mlplat
from mlplat.autologging import frameworks
from mlplat.autologging.frameworks import enable
from mlplat_cli.entities import MetricRecord, ParamRecord, RunRecord, TagRecord
from tests.library.conftest import Store

FRAMEWORK = '''
"""A framework whose pipelines fit what is in them."""

__version__ = "2.3.1"


class Model:
    def fit(self, rows, depth=1):
        if depth < 0:
            raise ValueError("depth")
        self.rows = rows
        return self


class Pipeline(Model):
    def fit(self, rows):
        for _ in range(3):
            Model().fit(rows)
        return self
'''
ADAPTER = '''
"""How its trainings are recorded."""

from mlplat.autologging.frameworks import Framework
from mlplat.autologging.patching import patch
from mlplat.autologging.training import Observer, observed


class Fit(Observer):
    def before(self, args, kwargs):
        self.training.params({"kind": type(args[0]).__name__, "bad key?": 1, "broken": Broken(), **kwargs})
        return args, kwargs

    def after(self, result):
        self.training.metrics({"rows": len(result.rows) if hasattr(result, "rows") else 0})
        raise RuntimeError("our own fault")


class Broken:
    def __str__(self):
        return "x" * 10_000


def install():
    import framework_of_tests as framework

    for owner in (framework.Model, framework.Pipeline):
        patch("tested", owner, "fit", observed("tested", Fit))


FRAMEWORK = Framework("tested", "framework_of_tests", install, ("1.0", "2.0"), {"own": 7})
'''
MODULES = ("framework_of_tests", "adapter_of_tests")


@pytest.fixture
def framework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> Iterator[None]:
    (tmp_path / "framework_of_tests.py").write_text(FRAMEWORK)
    (tmp_path / "adapter_of_tests.py").write_text(ADAPTER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(frameworks.HOMES, "tested", "adapter_of_tests")
    yield
    mlplat.autolog(disable=True)
    enable("tested", {"disable": True})
    for name in MODULES:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()


def imported():
    return importlib.import_module("framework_of_tests")


def test_a_framework_that_is_imported_later_is_watched(framework: None, store: Store) -> None:
    enable("tested", {})
    assert "framework_of_tests" not in sys.modules

    imported().Model().fit([1, 2], depth=3)

    assert {record.key: record.value for record in store.of(ParamRecord)} == {
        "kind": "Model",
        "depth": "3",
        "broken": "x" * 6000,
    }
    assert [record.value for record in store.of(MetricRecord)] == [2.0]
    (run,) = store.of(RunRecord)
    assert run.tags["mlflow.autologging"] == "tested"
    assert mlplat.active_run() is None


def test_our_own_errors_are_warnings(framework: None, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    enable("tested", {})

    with caplog.at_level(logging.WARNING, "mlplat.autolog"):
        assert imported().Model().fit([1]).rows == [1]

    assert "recording its end failed: RuntimeError: our own fault" in caplog.text
    assert "bad key?" in caplog.text


def test_silence_is_silent(framework: None, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    enable("tested", {"silent": True})

    imported().Model().fit([1])

    assert caplog.text == ""


def test_the_frameworks_own_errors_are_its_own(framework: None, store: Store) -> None:
    enable("tested", {})

    with pytest.raises(ValueError, match="depth"):
        imported().Model().fit([1], depth=-1)

    ended = [path.read_text() for path in store.files()]
    assert len(ended) == 1
    assert '"FAILED"' in ended[0]


def test_what_is_fitted_inside_is_part_of_it(framework: None, store: Store) -> None:
    enable("tested", {})

    imported().Pipeline().fit([1])

    assert [record.value for record in store.of(ParamRecord) if record.key == "kind"] == ["Pipeline"]
    assert len(store.of(RunRecord)) == 1


def test_a_run_that_is_active_takes_it_and_goes_on(framework: None, store: Store) -> None:
    enable("tested", {"extra_tags": {"team": "a"}})

    with mlplat.start_run() as run:
        imported().Model().fit([1])
        assert mlplat.active_run() is run

    assert len(store.of(RunRecord)) == 1
    assert "mlflow.autologging" not in {record.key for record in store.of(TagRecord)}


def test_exclusive_leaves_the_scripts_runs_alone(framework: None, store: Store) -> None:
    enable("tested", {"exclusive": True})

    with mlplat.start_run():
        imported().Model().fit([1])

    assert store.of(ParamRecord) == []


def test_another_value_of_a_parameter_is_told_and_the_rest_recorded(
    framework: None, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    enable("tested", {})
    with mlplat.start_run():
        imported().Model().fit([1], depth=1)
        imported().Model().fit([1], depth=2)

    assert "the parameter 'depth' is '1' already and cannot become '2'" in caplog.text
    assert len(store.of(MetricRecord)) == 2


def test_disabling_brings_the_functions_back(framework: None, store: Store) -> None:
    module = imported()
    original = module.Model.fit
    enable("tested", {})
    assert module.Model.fit is not original

    enable("tested", {"disable": True})

    assert module.Model.fit is original
    module.Model().fit([1])
    assert store.files() == []


def test_a_version_that_was_not_tested_is_left_alone_on_request(
    framework: None, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    enable("tested", {"disable_for_unsupported_versions": True})

    imported().Model().fit([1])

    assert store.files() == []
    assert "version 2.3.1 is not one of those" in caplog.text


def test_what_a_framework_was_told_counts_before_what_all_were(framework: None, store: Store) -> None:
    enable("tested", {"disable": True})

    mlplat.autolog()
    imported().Model().fit([1])

    assert store.files() == []


def test_a_framework_to_leave_out_must_be_known() -> None:
    with pytest.raises(mlplat.MlplatException, match="exclude_flavors: 'skleran' is none of"):
        mlplat.autolog(exclude_flavors=["skleran"])

"""Gates before aliases and stages, on every store."""

from __future__ import annotations

import math
import time

import pytest

from mlplat_cli.entities import Comparator, Metric, MetricBound
from mlplat_cli.errors import AlreadyExistsError, GateError, InvalidInputError, NotFoundError
from mlplat_cli.registry.history import changes_of
from mlplat_cli.store.interface import Store

SOURCE = "mlflow-artifacts:/0/run/artifacts/model"
ACCURATE = MetricBound(metric="accuracy", comparator=">=", bound=0.9)


def add_version(store: Store, **metrics: float) -> str:
    """Register a version whose run measured so much; return its number."""
    run_id = store.create_run("0").info.run_id
    store.log_batch(run_id, metrics=[Metric(key, value, 1, 0) for key, value in metrics.items()])
    return store.create_model_version("wine", f"runs:/{run_id}/model", run_id=run_id).version


@pytest.fixture
def wine(store: Store) -> Store:
    store.create_registered_model("wine")
    add_version(store, accuracy=0.95)
    add_version(store, accuracy=0.85)
    add_version(store)
    return store


def test_a_gates_life(wine: Store) -> None:
    before = time.time_ns() // 1_000_000
    made = wine.add_gate("wine", "@champion", metric=ACCURATE)
    staged = wine.add_gate("wine", "/production", command="make check")
    assert (made.name, made.target, made.metric, made.command) == ("wine", "@champion", ACCURATE, None)
    assert (staged.target, staged.metric, staged.command) == ("/Production", None, "make check")
    assert made.user
    assert made.creation_timestamp >= before
    assert list(wine.gates("wine")) == [made, staged]
    with pytest.raises(AlreadyExistsError, match=r"wine@champion has the gate accuracy>=0\.9 already"):
        wine.add_gate("wine", "@champion", metric=ACCURATE)
    wine.rename_registered_model("wine", "claret")
    assert [each.name for each in wine.gates("claret")] == ["claret", "claret"]
    wine.remove_gate("claret", made.gate_id)
    assert [each.gate_id for each in wine.gates("claret")] == [staged.gate_id]
    told = [(each.action, each.key, each.old, each.new) for each in changes_of(wine, "claret")[-4:]]
    assert told == [
        ("gate_added", "@champion", None, "accuracy>=0.9"),
        ("gate_added", "/Production", None, "`make check`"),
        ("renamed", None, "wine", "claret"),
        ("gate_removed", "@champion", "accuracy>=0.9", None),
    ]
    wine.record_check("claret", staged.gate_id, "1", passed=True)
    wine.delete_registered_model("claret")
    wine.create_registered_model("claret")
    assert list(wine.gates("claret")) == []


def test_what_is_no_gate(wine: Store) -> None:
    for target in ("champion", "@", "@latest", "/Gold", ""):
        with pytest.raises(InvalidInputError):
            wine.add_gate("wine", target, metric=ACCURATE)
    for check in ({}, {"metric": ACCURATE, "command": "x"}, {"command": " "}):
        with pytest.raises(InvalidInputError):
            wine.add_gate("wine", "@champion", **check)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        wine.add_gate("beer", "@champion", metric=ACCURATE)
    made = wine.add_gate("wine", "@champion", metric=ACCURATE)
    for gate_id in ("0", "nobody", str(int(made.gate_id) + 1)):
        with pytest.raises(NotFoundError, match="has no gate"):
            wine.remove_gate("wine", gate_id)
    with pytest.raises(InvalidInputError, match="looks at the metric itself"):
        wine.record_check("wine", made.gate_id, "1", passed=True)


def test_a_metric_holds_an_alias(wine: Store) -> None:
    wine.add_gate("wine", "@champion", metric=ACCURATE)
    wine.set_alias("wine", "champion", "1")
    with pytest.raises(GateError) as caught:
        wine.set_alias("wine", "champion", "2")
    said = "wine@champion is held by gate accuracy>=0.9: version 2 has accuracy = 0.85, not >= 0.9"
    assert caught.value.message == said
    assert (caught.value.gates, caught.value.waiting) == (("accuracy>=0.9",), ())
    with pytest.raises(GateError, match="version 3 has no metric 'accuracy'"):
        wine.set_alias("wine", "champion", "3")
    assert wine.version_by_alias("wine", "champion").version == "1"
    wine.set_alias("wine", "challenger", "2")  # another alias is another matter
    wine.set_alias("wine", "champion", "3", reason="the old one is down", force=True)
    forced = changes_of(wine, "wine")[-1]
    assert (forced.new, forced.forced, forced.reason) == ("3", True, "the old one is down")
    wine.set_alias("wine", "champion", "3")  # nothing moves
    wine.roll_back_alias("wine", "champion", "1")
    wine.roll_back_alias("wine", "champion", "3")  # it stood there before


def test_a_metric_holds_a_stage(wine: Store) -> None:
    wine.add_gate("wine", "/Production", metric=ACCURATE)
    wine.transition_stage("wine", "1", "production", archive_existing=False)
    with pytest.raises(GateError, match=r"wine/Production is held by gate accuracy>=0\.9: version 2"):
        wine.transition_stage("wine", "2", "production", archive_existing=True)
    assert wine.get_model_version("wine", "1").current_stage == "Production"
    wine.transition_stage("wine", "2", "Staging", archive_existing=False)
    wine.transition_stage("wine", "2", "Production", archive_existing=False, reason="now", force=True)


BOUNDS: list[tuple[float, Comparator, float, bool]] = [
    (1.0, ">=", 1.0, True),
    (1.0, ">", 1.0, False),
    (-0.5, "<", 0.0, True),
    (1.0, "<=", 0.5, False),
    (2.0, "==", 2.0, True),
    (2.0, "!=", 2.0, False),
    (math.inf, ">=", 1e300, True),
    (-math.inf, ">=", -1e300, False),
    (math.nan, ">=", 0.0, False),
    (math.nan, "!=", 0.0, False),
]


def test_bounds(store: Store) -> None:
    store.create_registered_model("wine")
    for number, (value, comparator, bound, passes) in enumerate(BOUNDS):
        version = add_version(store, loss=value)
        store.add_gate("wine", f"@a{number}", metric=MetricBound(metric="loss", comparator=comparator, bound=bound))
        if passes:
            store.set_alias("wine", f"a{number}", version)
        else:
            with pytest.raises(GateError):
                store.set_alias("wine", f"a{number}", version)


def test_the_models_own_metric_counts_before_the_runs(wine: Store) -> None:
    run_id = wine.create_run("0").info.run_id
    model = wine.create_logged_model("0", source_run_id=run_id)
    wine.log_batch(run_id, metrics=[Metric("accuracy", 0.99, 1, 0)])
    wine.log_batch(run_id, metrics=[Metric("accuracy", 0.8, 2, 1, model_id=model.model_id)])
    wine.log_batch(run_id, metrics=[Metric("accuracy", 0.99, 3, 2)])
    version = wine.create_model_version("wine", f"models:/{model.model_id}").version
    wine.add_gate("wine", "@champion", metric=ACCURATE)
    with pytest.raises(GateError, match=r"accuracy = 0\.8"):
        wine.set_alias("wine", "champion", version)
    wine.log_batch(run_id, metrics=[Metric("accuracy", 0.91, 4, 3, model_id=model.model_id)])
    wine.set_alias("wine", "champion", version)


def test_a_command_holds_until_it_passed_for_that_version(wine: Store) -> None:
    gate = wine.add_gate("wine", "@champion", command="make check")
    with pytest.raises(GateError) as caught:
        wine.set_alias("wine", "champion", "1")
    assert caught.value.message == (
        "wine@champion is held by gate `make check`: its command has not passed for version 1"
    )
    assert caught.value.hint == "mlplat models alias wine@champion 1 runs the command first"
    assert caught.value.waiting == (gate.gate_id,)
    wine.record_check("wine", gate.gate_id, "1", passed=False, detail="exit code 3")
    with pytest.raises(GateError, match="its command failed for version 1"):
        wine.set_alias("wine", "champion", "1")
    wine.record_check("wine", gate.gate_id, "1", passed=True)
    with pytest.raises(GateError, match="for version 2"):
        wine.set_alias("wine", "champion", "2")
    wine.set_alias("wine", "champion", "1")
    [check] = wine.gate_checks("wine")
    assert (check.gate_id, check.version, check.passed, check.detail) == (gate.gate_id, "1", True, "")
    told = [(each.action, each.version, each.new) for each in changes_of(wine, "wine")[-3:]]
    assert told == [("gate_checked", "1", "failed"), ("gate_checked", "1", "passed"), ("alias_set", "1", "1")]

    wine.delete_model_version("wine", "3")
    assert add_version(wine) == "3"
    wine.record_check("wine", gate.gate_id, "3", passed=True)
    wine.delete_model_version("wine", "3")
    assert add_version(wine) == "3"  # the number comes again, for another model
    with pytest.raises(GateError):
        wine.set_alias("wine", "champion", "3")


def test_all_gates_count(wine: Store) -> None:
    gate = wine.add_gate("wine", "@champion", command="make check")
    wine.add_gate("wine", "@champion", metric=ACCURATE)
    with pytest.raises(GateError, match=r"`make check`.*; gate accuracy>=0\.9") as caught:
        wine.set_alias("wine", "champion", "2")
    assert caught.value.waiting == ()  # no command would open it
    with pytest.raises(GateError) as caught:
        wine.set_alias("wine", "champion", "1")
    assert caught.value.waiting == (gate.gate_id,)

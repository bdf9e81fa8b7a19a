"""Deleting for good: what goes, what stays, and what stands in the way."""

from __future__ import annotations

import pytest

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    Discarded,
    DiscardedKind,
    Metric,
    MetricRecord,
    ModelInput,
    ModelOutput,
    Param,
    RunRecord,
    Tag,
)
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.sql import SqlStore
from tests.contract.traces import put, span
from tests.servers.databases import KINDS

# Never over REST: the bin is emptied where the store is.
pytestmark = pytest.mark.parametrize("store", ["sqlite", *KINDS], indirect=True)


@pytest.fixture
def bin_store(store: Store) -> SqlStore:
    assert isinstance(store, SqlStore)
    return store


def full_run(store: SqlStore, experiment: str = "0") -> str:
    """Make a run that has something of everything."""
    run_id = store.create_run(experiment, tags=[Tag("t", "1")]).info.run_id
    model = store.create_logged_model(experiment, source_run_id=run_id, params=[Param("p", "1")], tags=[Tag("t", "1")])
    data = DatasetInput(dataset=Dataset(name="d", digest="1", source_type="x", source="y"), tags=(Tag("c", "train"),))
    store.log_batch(
        run_id,
        metrics=[Metric("m", float(step), step, step, model_id=model.model_id) for step in range(5)],
        params=[Param("p", "1")],
    )
    store.log_inputs(run_id, datasets=[data], models=[ModelInput(model_id=model.model_id)])
    store.log_outputs(run_id, [ModelOutput(model_id=model.model_id, step=1)])
    records = [RunRecord(None, None, None, None, 1, {}, True, True), MetricRecord("m", 1.0, 9, 9)]
    assert store.apply_journal(f"{run_id}/j", run_id, start=0, end=10, records=records)
    trace = put(store, f"tr-{run_id}", experiment_id=experiment, tags=(Tag("t", "1"),)).trace_id
    store.log_spans(experiment, [span(trace, 1), span(trace, 2, parent=1)])
    store.link_traces_to_run([trace], run_id)
    return run_id


def ids(store: SqlStore) -> list[tuple[DiscardedKind, str]]:
    return [(item.kind, item.id) for item in store.discarded()]


def test_only_what_lies_in_the_bin_can_go(bin_store: SqlStore) -> None:
    gone, kept = full_run(bin_store), full_run(bin_store)
    assert bin_store.discarded() == []
    bin_store.delete_run(gone)
    (item,) = bin_store.discarded()
    assert (item.kind, item.id, item.experiment_id) == (DiscardedKind.RUN, gone, "0")
    assert item.artifact_uri == f"mlflow-artifacts:/0/{gone}/artifacts"
    assert item.deleted_time > 1_600_000_000_000
    assert not bin_store.dispose(Discarded(**{**_fields(item), "id": kept}))
    assert bin_store.is_known(item)
    assert bin_store.dispose(item)
    assert not bin_store.dispose(item)
    assert not bin_store.is_known(item)
    with pytest.raises(NotFoundError):
        bin_store.get_run(gone)
    assert bin_store.get_run(kept).data.metrics[0].step == 9
    assert len(bin_store.metric_history(kept, "m").items) == 6
    assert bin_store.journal_offset(f"{gone}/j") == 0
    assert bin_store.journal_offset(f"{kept}/j") == 10


def test_a_restored_run_stays(bin_store: SqlStore) -> None:
    run_id = full_run(bin_store)
    bin_store.delete_run(run_id)
    (item,) = bin_store.discarded()
    bin_store.restore_run(run_id)
    assert not bin_store.dispose(item)
    assert bin_store.get_run(run_id).info.run_id == run_id


def test_an_experiment_goes_after_all_that_is_in_it(bin_store: SqlStore) -> None:
    number = bin_store.create_experiment("old", tags=[Tag("t", "1")]).experiment_id
    run_id = full_run(bin_store, number)
    (model,) = bin_store.search_logged_models([number]).items
    bin_store.delete_experiment(number)
    items = bin_store.discarded()
    assert [(item.kind, item.id) for item in items] == [
        (DiscardedKind.RUN, run_id), (DiscardedKind.LOGGED_MODEL, model.model_id), (DiscardedKind.EXPERIMENT, number),
    ]  # fmt: skip
    assert not bin_store.dispose(items[2])
    assert [bin_store.dispose(item) for item in items] == [True, True, True]
    assert bin_store.discarded() == []
    assert bin_store.find_experiment("old") is None
    assert bin_store.traces([f"tr-{run_id}"]) == []
    assert bin_store.create_experiment("old").experiment_id != number


def test_a_deleted_model_goes_and_its_run_stays(bin_store: SqlStore) -> None:
    run_id = full_run(bin_store)
    (model,) = bin_store.search_logged_models(["0"]).items
    bin_store.delete_logged_model(model.model_id)
    (item,) = bin_store.discarded()
    assert (item.kind, item.id) == (DiscardedKind.LOGGED_MODEL, model.model_id)
    assert bin_store.dispose(item)
    assert ids(bin_store) == []
    assert len(bin_store.metric_history(run_id, "m").items) == 6


def _fields(item: Discarded) -> dict[str, object]:
    return {name: getattr(item, name) for name in item.__struct_fields__}

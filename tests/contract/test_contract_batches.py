"""Several batches in one transaction: each as if it were alone."""

from __future__ import annotations

from mlplat_cli.entities import Metric, Param, RunBatch, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store


def test_batches_of_several_runs_are_written_in_their_order(store: Store) -> None:
    one, other = (store.create_run("0").info.run_id for _ in range(2))
    batches = [
        RunBatch(one, [Metric("m", 1.0, 1, 1)], tags=[Tag("t", "first")]),
        RunBatch(other, [Metric("m", 5.0, 1, 1), Metric("n", 6.0, 1, 1)]),
        RunBatch(one, [Metric("m", 2.0, 2, 2)], [Param("p", "v")], [Tag("t", "last")]),
    ]
    assert store.log_batches(batches) == [None] * 3
    first = store.get_run(one).data
    assert [(metric.key, metric.value) for metric in first.metrics] == [("m", 2.0)]
    assert first.params == (Param("p", "v"),)
    assert Tag("t", "last") in first.tags
    assert [metric.value for metric in store.metric_history(one, "m").items] == [1.0, 2.0]
    assert [(metric.key, metric.value) for metric in store.get_run(other).data.metrics] == [("m", 5.0), ("n", 6.0)]


def test_a_batch_that_fails_leaves_no_trace_and_harms_no_other(store: Store) -> None:
    run_id, deleted = (store.create_run("0").info.run_id for _ in range(2))
    store.delete_run(deleted)
    failures = store.log_batches(
        [
            RunBatch(run_id, params=[Param("p", "kept")]),
            RunBatch("0" * 32, [Metric("m", 1.0, 1, 1)]),
            RunBatch(deleted, [Metric("m", 1.0, 1, 1)]),
            RunBatch(run_id, [Metric("m", 2.0, 2, 2)], [Param("p", "changed")], [Tag("t", "x")]),
            RunBatch(run_id, [Metric("m", 3.0, 3, 3)]),
        ]
    )
    assert failures is not None
    kinds = [None, NotFoundError, InvalidInputError, InvalidInputError, None]
    assert [failure and type(failure) for failure in failures] == kinds
    data = store.get_run(run_id).data
    assert data.params == (Param("p", "kept"),)
    assert "t" not in {tag.key for tag in data.tags}
    assert [metric.value for metric in store.metric_history(run_id, "m").items] == [3.0]

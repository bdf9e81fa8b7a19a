from __future__ import annotations

from mlplat_cli.entities import Dataset, DatasetInput, ModelInput, ModelOutput, Tag
from mlplat_cli.store.interface import Store

TRAIN = Dataset(name="train", digest="a8374c12", source_type="code", source="{}", schema="[1]", profile='{"n": 2}')
TEST = Dataset(name="test", digest="00", source_type="http", source="u")
CONTEXT = Tag("mlflow.data.context", "training")


def test_datasets(store: Store, run_id: str) -> None:
    store.log_inputs(run_id, datasets=[DatasetInput(dataset=TRAIN, tags=(CONTEXT,)), DatasetInput(dataset=TEST)])
    assert store.get_run(run_id).inputs.dataset_inputs == (
        DatasetInput(dataset=TRAIN, tags=(CONTEXT,)),
        DatasetInput(dataset=TEST),
    )


def test_the_same_dataset_twice_is_one(store: Store, run_id: str) -> None:
    store.log_inputs(run_id, datasets=[DatasetInput(dataset=TRAIN, tags=(CONTEXT,))])
    store.log_inputs(run_id, datasets=[DatasetInput(dataset=TRAIN, tags=(Tag("v", "1"),))])
    assert store.get_run(run_id).inputs.dataset_inputs == (DatasetInput(dataset=TRAIN, tags=(CONTEXT, Tag("v", "1"))),)


def test_models(store: Store, run_id: str) -> None:
    store.log_inputs(run_id, models=[ModelInput(model_id="m-1"), ModelInput(model_id="m-1")])
    store.log_outputs(run_id, [ModelOutput(model_id="m-2", step=4), ModelOutput(model_id="m-3")])
    store.log_outputs(run_id, [ModelOutput(model_id="m-2", step=5)])
    run = store.get_run(run_id)
    assert run.inputs.model_inputs == (ModelInput(model_id="m-1"),)
    assert run.outputs.model_outputs == (ModelOutput(model_id="m-3"), ModelOutput(model_id="m-2", step=5))


def test_searching_by_dataset(store: Store, run_id: str) -> None:
    store.create_run("0")
    store.log_inputs(run_id, datasets=[DatasetInput(dataset=TRAIN, tags=(CONTEXT,))])
    for question in (
        "dataset.name = 'train'",
        "datasets.digest LIKE 'a8%'",
        "dataset.context = 'training'",
        "dataset.name IN ('x', 'train') AND dataset.context != 'x'",
        "dataset.name IS NOT NULL",
    ):
        assert [run.info.run_id for run in store.search_runs(["0"], filter=question).items] == [run_id], question
    assert run_id not in [run.info.run_id for run in store.search_runs(["0"], filter="dataset.name IS NULL").items]

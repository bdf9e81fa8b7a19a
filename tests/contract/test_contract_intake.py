from __future__ import annotations

import math

import msgspec
import pytest

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    EvaluationDataset,
    EvaluationRecord,
    Experiment,
    LifecycleStage,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelInput,
    ModelOutput,
    ModelVersion,
    Param,
    RecordSource,
    RegisteredModel,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    Scorer,
    Tag,
    Taken,
)
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store

NOTHING = Taken()
THERE = "s3://bucket/17/0123/artifacts"
MODEL_THERE = "s3://bucket/17/models/m-1/artifacts"
ELSEWHERE = Experiment(
    experiment_id="17",
    name="wines",
    artifact_location="s3://bucket/17",
    lifecycle_stage=LifecycleStage.ACTIVE,
    creation_time=1_500_000_000_000,
    last_update_time=1_500_000_000_001,
    tags=(Tag("mlflow.note.content", "about wines"),),
)
RUN = Run(
    info=RunInfo(
        run_id="0123456789abcdef0123456789abcdef",
        experiment_id="17",
        run_name="first",
        user_id="ada",
        status=RunStatus.FINISHED,
        start_time=1_500_000_000_100,
        end_time=1_500_000_009_999,
        artifact_uri="s3://bucket/17/0123/artifacts",
        lifecycle_stage=LifecycleStage.ACTIVE,
    ),
    data=RunData(params=(Param("depth", "3"),), tags=(Tag("mlflow.runName", "first"), Tag("team", "red"))),
    inputs=RunInputs(
        dataset_inputs=(
            DatasetInput(
                dataset=Dataset(name="train", digest="1", source_type="local", source="{}"),
                tags=(Tag("mlflow.data.context", "training"),),
            ),
        ),
        model_inputs=(ModelInput(model_id="m-0"),),
    ),
    outputs=RunOutputs(model_outputs=(ModelOutput(model_id="m-1", step=2),)),
)
POINTS = [Metric("loss", 1.0 / (step + 1), 1_500_000_000_100 + step, step) for step in range(50)]
MODEL = LoggedModel(
    model_id="m-1",
    experiment_id="17",
    name="booster",
    artifact_uri="s3://bucket/17/models/m-1/artifacts",
    creation_timestamp_ms=1_500_000_000_200,
    last_updated_timestamp_ms=1_500_000_000_300,
    status=LoggedModelStatus.READY,
    model_type="classifier",
    source_run_id=RUN.info.run_id,
    tags=(Tag("a", "b"),),
    params=(Param("depth", "3"),),
    metrics=(Metric("loss", 0.5, 1_500_000_000_100, 1, "m-1", "train", "1"),),
)
NAME = RegisteredModel(
    name="wine",
    creation_timestamp=1_500_000_000_400,
    last_updated_timestamp=1_500_000_000_500,
    description="for wines",
    tags=(Tag("team", "red"),),
    aliases=(("champion", "2"), ("lost", "9")),
)
VERSION = ModelVersion(
    name="wine",
    version="2",
    creation_timestamp=1_500_000_000_450,
    last_updated_timestamp=1_500_000_000_460,
    source="s3://bucket/17/models/m-1/artifacts",
    current_stage="Production",
    description="the second",
    user_id="ada",
    run_id=RUN.info.run_id,
    run_link="https://example.org/run",
    status="READY",
    model_id="m-1",
    tags=(Tag("x", "y"),),
)


def info(**changes: object) -> Run:
    return msgspec.structs.replace(RUN, info=msgspec.structs.replace(RUN.info, **changes))


@pytest.fixture
def wines(store: Store) -> Experiment:
    return store.take_experiment(ELSEWHERE)[0]


def test_an_experiment_keeps_its_number_and_times(store: Store) -> None:
    assert store.take_experiment(ELSEWHERE) == (ELSEWHERE, Taken(added=True))
    assert store.take_experiment(ELSEWHERE) == (ELSEWHERE, NOTHING)
    assert store.get_experiment("17") == ELSEWHERE
    assert int(store.create_experiment("later").experiment_id) > 17


def test_an_experiment_of_the_same_name_is_the_same(store: Store) -> None:
    here = store.create_experiment("wines", tags=[Tag("mine", "1")])
    found, taken = store.take_experiment(ELSEWHERE)
    assert taken == Taken(changed=True)
    assert (found.experiment_id, found.artifact_location) == (here.experiment_id, here.artifact_location)
    assert set(found.tags) == {Tag("mine", "1"), *ELSEWHERE.tags}


@pytest.mark.parametrize("number", ["0", "x", str(2**63 - 1), "17"])
def test_a_number_that_is_taken_or_none_becomes_another(store: Store, number: str) -> None:
    if number == "17":
        store.take_experiment(msgspec.structs.replace(ELSEWHERE, name="other"))
    given = msgspec.structs.replace(ELSEWHERE, experiment_id=number, artifact_location="")
    found, taken = store.take_experiment(given)
    assert taken == Taken(added=True)
    assert found.experiment_id not in {number, "0"}
    assert found.artifact_location == f"mlflow-artifacts:/{found.experiment_id}"
    assert store.find_experiment("wines") == found


def test_a_run_keeps_everything(store: Store, wines: Experiment) -> None:
    assert store.take_run(RUN, POINTS) == Taken(added=True, parts=50, address=THERE)
    found = store.get_run(RUN.info.run_id)
    assert msgspec.structs.replace(found, data=msgspec.structs.replace(found.data, metrics=())) == RUN
    assert list(store.metric_history(RUN.info.run_id, "loss").items) == POINTS
    question = "metrics.loss < 0.03 and params.depth = '3'"
    assert list(store.search_runs(["17"], filter=question).items) == [found]


def test_a_run_taken_again_adds_what_is_missing(store: Store, wines: Experiment) -> None:
    store.take_run(RUN, POINTS[:20])
    assert store.take_run(RUN, POINTS[:20]) == Taken(address=THERE)
    assert store.take_run(RUN, POINTS[:30]) == Taken(changed=True, parts=10, address=THERE)
    assert store.take_points(RUN.info.run_id, POINTS) == 20
    assert store.take_points(RUN.info.run_id, POINTS) == 0
    summary = dict(store.metric_summaries(RUN.info.run_id))["loss"]
    assert (summary.count, summary.last) == (50, POINTS[-1])


def test_what_differs_stays(store: Store, wines: Experiment) -> None:
    store.take_run(RUN)
    store.log_batch(RUN.info.run_id, tags=[Tag("team", "blue"), Tag("mlflow.runName", "mine")])
    store.delete_run(RUN.info.run_id)
    other = msgspec.structs.replace(RUN, data=msgspec.structs.replace(RUN.data, params=(Param("depth", "4"),)))
    assert store.take_run(other) == Taken(address=THERE, kept=(f"parameter 'depth' of run {RUN.info.run_id}",))
    found = store.get_run(RUN.info.run_id)
    assert (found.info.run_name, found.info.lifecycle_stage) == ("mine", LifecycleStage.DELETED)
    assert found.data.tags == (Tag("mlflow.runName", "mine"), Tag("team", "blue"))
    assert store.take_points(RUN.info.run_id, POINTS) == 50


def test_a_run_that_goes_on_is_followed(store: Store, wines: Experiment) -> None:
    store.take_run(info(status=RunStatus.RUNNING, end_time=None, run_name="beginning"))
    assert store.get_run(RUN.info.run_id).info.status is RunStatus.RUNNING
    assert store.take_run(RUN) == Taken(changed=True, address=THERE)
    assert store.get_run(RUN.info.run_id) == RUN
    assert store.take_run(RUN) == Taken(address=THERE)


def test_the_bin(store: Store, wines: Experiment) -> None:
    store.take_run(info(lifecycle_stage=LifecycleStage.DELETED))
    assert store.get_run(RUN.info.run_id).info.lifecycle_stage is LifecycleStage.DELETED
    gone = msgspec.structs.replace(
        ELSEWHERE, experiment_id="18", name="gone", lifecycle_stage=LifecycleStage.DELETED, artifact_location=""
    )
    assert store.take_experiment(gone)[0].lifecycle_stage is LifecycleStage.DELETED
    store.take_run(info(run_id="a" * 32, experiment_id="18", artifact_uri="", lifecycle_stage=LifecycleStage.DELETED))
    store.restore_experiment("18")
    restored = store.get_run("a" * 32).info
    assert restored.lifecycle_stage is LifecycleStage.ACTIVE
    assert restored.artifact_uri == f"mlflow-artifacts:/18/{'a' * 32}/artifacts"


def test_numbers_that_no_database_has(store: Store, wines: Experiment) -> None:
    values = [math.nan, math.inf, -math.inf, 0.0]
    store.take_run(RUN, [Metric("odd", value, 5, step) for step, value in enumerate(values)])
    found = [point.value for point in store.metric_history(RUN.info.run_id, "odd").items]
    assert math.isnan(found[0])
    assert found[1:] == values[1:]


def test_what_cannot_be_kept_is_refused_whole(store: Store, wines: Experiment) -> None:
    with pytest.raises(NotFoundError):
        store.take_run(info(experiment_id="99"))
    with pytest.raises(InvalidInputError):
        store.take_run(info(run_id="../x"))
    with pytest.raises(InvalidInputError):
        store.take_run(RUN, [Metric("loss", 1.0, 0, 2**63)])
    with pytest.raises(NotFoundError):
        store.get_run(RUN.info.run_id)
    with pytest.raises(NotFoundError):
        store.take_points("nobody", POINTS)


def test_a_logged_model(store: Store, wines: Experiment) -> None:
    pending = msgspec.structs.replace(MODEL, status=LoggedModelStatus.PENDING, tags=())
    assert store.take_logged_model(pending) == Taken(added=True, address=MODEL_THERE)
    assert store.take_logged_model(MODEL) == Taken(changed=True, address=MODEL_THERE)
    assert store.take_logged_model(MODEL) == Taken(address=MODEL_THERE)
    assert store.get_logged_model("m-1") == MODEL
    gone = msgspec.structs.replace(MODEL, model_id="m-2", lifecycle_stage=LifecycleStage.DELETED, artifact_uri="")
    store.take_logged_model(gone)
    with pytest.raises(NotFoundError):
        store.get_logged_model("m-2")
    assert store.search_logged_models(["17"], filter="metrics.loss < 1").items[0] == MODEL


def test_the_registry(store: Store) -> None:
    assert store.take_registered_model(NAME, [VERSION]) == Taken(added=True, parts=1)
    assert store.take_registered_model(NAME, [VERSION]) == NOTHING
    whole = msgspec.structs.replace(VERSION, aliases=("champion",))
    assert store.get_model_version("wine", "2") == whole
    found = store.get_registered_model("wine")
    assert msgspec.structs.replace(found, latest_versions=()) == msgspec.structs.replace(
        NAME, aliases=(("champion", "2"),)
    )
    later = msgspec.structs.replace(VERSION, version="3", current_stage="None", tags=())
    assert store.take_registered_model(NAME, [VERSION, later]) == Taken(changed=True, parts=1)
    assert store.create_model_version("wine", "s3://bucket/x").version == "4"


def test_what_the_registry_has_otherwise_stays(store: Store) -> None:
    store.create_registered_model("wine")
    mine = [store.create_model_version("wine", "s3://mine") for _ in range(2)]
    store.set_alias("wine", "champion", "1")
    taken = store.take_registered_model(NAME, [VERSION])
    assert taken.kept == ("version 2 of model 'wine'", "alias 'champion' of model 'wine'")
    assert taken.parts == 0
    assert store.get_model_version("wine", "2") == mine[1]
    assert store.version_by_alias("wine", "champion").version == "1"


EXAMPLES = EvaluationDataset(
    dataset_id="d-1",
    name="questions",
    digest="0badcafe",
    created_time=1_500_000_000_600,
    last_update_time=1_500_000_000_700,
    created_by="ada",
    last_updated_by="eve",
    tags=(Tag("team", "red"),),
    experiment_ids=("17",),
)
EXAMPLE = EvaluationRecord(
    dataset_record_id="dr-1",
    dataset_id="d-1",
    inputs={"question": "why?"},
    outputs="42",
    expectations={"answer": "42"},
    tags={"level": "easy"},
    source=RecordSource(source_type="TRACE", source_data={"trace_id": "tr-1"}),
    created_time=1_500_000_000_650,
    last_update_time=1_500_000_000_660,
    created_by="ada",
    last_updated_by="eve",
)


def test_an_evaluation_dataset(store: Store, wines: Experiment) -> None:
    other = msgspec.structs.replace(EXAMPLE, dataset_record_id="dr-2", inputs={"question": "how?"}, source=None)
    assert store.take_evaluation_dataset(EXAMPLES, [EXAMPLE]) == Taken(added=True, parts=1)
    assert store.take_evaluation_dataset(EXAMPLES, [EXAMPLE]) == NOTHING
    assert store.take_evaluation_dataset(EXAMPLES, [EXAMPLE, other]) == Taken(changed=True, parts=1)
    assert list(store.dataset_records("d-1").items) == [EXAMPLE, other]
    found = store.get_evaluation_dataset("d-1")
    assert (found.records, found.fields["inputs"]) == (2, {"question": "string"})
    assert msgspec.structs.replace(found, records=0, fields={}) == EXAMPLES
    with pytest.raises(NotFoundError):
        store.take_evaluation_dataset(msgspec.structs.replace(EXAMPLES, dataset_id="d-2", experiment_ids=("99",)))


def test_scorers(store: Store, wines: Experiment) -> None:
    scorer = Scorer(
        scorer_id="s-1", experiment_id="17", name="good", version=2, serialized="{}", creation_time=1_500_000_000_800
    )
    assert store.take_scorers([scorer]) == Taken(added=True, parts=1)
    assert store.take_scorers([scorer]) == NOTHING
    assert store.get_scorer("17", "good") == scorer
    assert store.register_scorer("17", "good", "[]").version == 3
    with pytest.raises(NotFoundError):
        store.take_scorers([msgspec.structs.replace(scorer, experiment_id="99")])


def test_artifacts_that_moved(store: Store, wines: Experiment) -> None:
    store.take_run(RUN)
    store.take_logged_model(MODEL)
    store.take_registered_model(NAME, [VERSION])
    store.place_experiment("17", "file:///new")
    store.place_run(RUN.info.run_id, "file:///new/run")
    store.place_logged_model("m-1", "file:///new/model")
    store.place_model_version("wine", "2", "file:///new/model")
    assert store.get_experiment("17").artifact_location == "file:///new"
    assert store.get_run(RUN.info.run_id).info.artifact_uri == "file:///new/run"
    assert store.take_run(RUN) == Taken(address="file:///new/run")
    assert store.get_logged_model("m-1").artifact_uri == "file:///new/model"
    assert store.get_model_version("wine", "2").source == "file:///new/model"
    for call in (
        lambda: store.place_experiment("99", "x"),
        lambda: store.place_run("nobody", "x"),
        lambda: store.place_logged_model("m-none", "x"),
        lambda: store.place_model_version("wine", "9", "x"),
    ):
        with pytest.raises(NotFoundError):
            call()

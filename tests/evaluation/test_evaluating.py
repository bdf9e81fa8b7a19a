"""`mlplat.evaluate` with nothing but numpy: functions as models, arrays and dicts of columns as data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import mlplat
from mlplat.evaluation.reading import read_table
from mlplat.models import EvaluationResult, MetricThreshold, MetricValue, make_metric
from mlplat_cli.entities import DatasetRecord, MetricRecord
from tests.library.conftest import Store, store

__all__ = ["store"]

COLUMNS = {"x": np.arange(6.0), "kind": np.array(["a", "b", "a", "b", "a", "a"])}


def said(features: dict[str, np.ndarray]) -> np.ndarray:
    return np.where(features["x"] % 2 > 0, "b", "a")


def test_a_function_on_columns(store: Store) -> None:
    found = mlplat.evaluate(said, COLUMNS, targets="kind", model_type="classifier")

    assert found.metrics["accuracy_score"] == pytest.approx(5 / 6)
    assert found.metrics["recall_score"] == pytest.approx(5 / 6)
    assert {record.key for record in store.of(MetricRecord)} == set(found.metrics)
    assert set(store.staged()) == {"confusion_matrix.svg", "eval_results_table.json", "per_class_metrics.csv"}
    assert found.run_id is not None
    assert mlplat.active_run() is None
    assert found.artifacts["per_class_metrics"].uri == f"runs:/{found.run_id}/per_class_metrics.csv"
    table = json.loads(store.staged()["eval_results_table.json"])
    assert table["data"][5] == ["a", "b", False]


def test_numbers_in_the_active_run_with_ones_own_metric_and_files(store: Store, tmp_path: Path) -> None:
    def spread(predictions, targets, metrics, x):
        assert list(x) == [1, 2, 3]
        assert metrics["max_error"] == MetricValue(aggregate_results={"max_error": 1.0})
        return MetricValue(scores=list(np.abs(predictions - targets)))

    def files(eval_df, builtin_metrics, folder):
        (Path(folder) / "notes.txt").write_text("by hand")
        return {"notes": Path(folder) / "notes.txt", "worst": {"error": builtin_metrics["val_max_error"]}}

    with mlplat.start_run() as run:
        found = mlplat.evaluate(
            lambda rows: rows["x"] * 2,
            {"x": [1, 2, 3], "y": [2, 4, 7]},
            targets="y",
            model_type="regressor",
            feature_names=["x"],
            extra_metrics=[make_metric(eval_fn=spread, greater_is_better=False, version="v1")],
            custom_artifacts=[files],
            evaluator_config={"metric_prefix": "val_", "log_eval_table": False},
        )

    assert found.run_id == run.info.run_id
    assert found.metrics["val_max_error"] == 1
    assert found.metrics["val_spread/v1/mean"] == pytest.approx(1 / 3)
    staged = store.staged()
    assert json.loads(staged["worst.json"]) == {"error": 1.0}
    assert staged["notes.txt"] == b"by hand"
    assert {"val_residuals_plot.svg", "val_predicted_vs_true_plot.svg"} <= set(staged)
    assert b"<svg" in staged["val_residuals_plot.svg"]
    found.save(tmp_path / "found")
    assert EvaluationResult.load(tmp_path / "found").metrics == found.metrics


def test_probabilities_that_a_model_answers_with(store: Store) -> None:
    sure = np.array([0.1, 0.8, 0.4, 0.9, 0.2, 0.6])
    truth = np.array([0, 1, 0, 1, 0, 0])

    found = mlplat.evaluate(lambda rows: sure, np.zeros((6, 1)), targets=truth, model_type="classifier")

    assert found.metrics["roc_auc"] == 1
    assert found.metrics["false_positives"] == 1
    assert found.metrics["precision_score"] == pytest.approx(2 / 3)
    assert "roc_curve_plot.svg" in store.staged()
    (read,) = store.of(DatasetRecord)
    assert read.name == "dataset"


def test_predictions_made_before(store: Store) -> None:
    found = mlplat.evaluate(
        data={"p": [1, 2, 2], "y": [1, 2, 3]}, predictions="p", targets="y", model_type="classifier"
    )

    assert found.metrics["accuracy_score"] == pytest.approx(2 / 3)


def test_a_baseline_and_bounds(store: Store) -> None:
    bounds = {"accuracy_score": MetricThreshold(min_absolute_change=0.9, greater_is_better=True)}

    with pytest.raises(mlplat.MlplatException, match=r"the baseline's 0\.666667: better by 0\.166667, less than 0\.9"):
        mlplat.evaluate(
            said,
            COLUMNS,
            targets="kind",
            model_type="classifier",
            baseline_model=lambda rows: np.full(6, "a"),
            validation_thresholds=bounds,
        )

    assert store.of(MetricRecord), "what was measured is logged all the same"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"targets": "nothing"}, "targets: there is no column 'nothing'; there are: x, kind"),
        ({"targets": [1, 2]}, "targets has 2 rows, and the data 6"),
        ({"model_type": "clasifier"}, "model_type is one of classifier, regressor"),
        ({"model_type": "regressor"}, "targets of a regressor are numbers"),
        ({"evaluator_config": {"avrage": "macro"}}, "'avrage' is none of"),
        ({"evaluator_config": {"average": "mean"}}, "average is one of"),
        ({"evaluator_config": {"pos_label": "z"}}, "pos_label 'z' is none of the classes"),
        ({"evaluators": "shap"}, "no evaluator 'shap'"),
        ({"env_manager": "uv"}, "`mlplat models evaluate` runs it in its own environment"),
        ({"model": None}, "give a model to ask, or predictions="),
        ({"model": 3}, "a int is no model"),
        ({"extra_metrics": [said]}, "what make_metric returns"),
        ({"model": lambda rows: np.arange(6)}, "targets are <U1 and predictions int64"),
        ({"data": None}, "evaluate needs data="),
    ],
)
def test_mistakes_are_named(store: Store, wrong: dict[str, object], message: str) -> None:
    given = {"model": said, "data": COLUMNS, "targets": "kind", "model_type": "classifier", **wrong}

    with pytest.raises(mlplat.MlplatException, match=message):
        mlplat.evaluate(**given)  # type: ignore[arg-type]

    assert store.files() == []


def test_files_of_data(tmp_path: Path) -> None:
    records = [{"n": 1, "f": 1.5, "t": "a", "b": True}, {"n": 2, "f": None, "t": "b", "b": False}]
    split = {"dataframe_split": {"columns": ["n", "f", "t", "b"], "data": [list(each.values()) for each in records]}}
    texts = {
        "one.csv": "n,f,t,b\n1,1.5,a,true\n2,,b,False\n",
        "two.json": json.dumps(records),
        "three.json": json.dumps(split),
        "four.jsonl": "\n".join(map(json.dumps, records)) + "\n",
        "five.json": json.dumps({name: [each[name] for each in records] for name in records[0]}),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        columns = read_table(str(tmp_path / name))
        assert list(columns) == ["n", "f", "t", "b"], name
        assert columns["n"].tolist() == [1, 2]
        assert columns["n"].dtype.kind == "i"
        assert columns["f"][0] == 1.5
        assert np.isnan(columns["f"][1])
        assert columns["t"].tolist() == ["a", "b"]
        assert columns["b"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "x,y\n1\n", "line 2 has 1 values, and the first 2 names"),
        ("b.csv", "x,y\n", "has no row"),
        ("c.json", "{", "is no table"),
        ("d.json", "3", "neither records nor columns"),
        ("e.txt", "x", "data is read from .csv, .json, .jsonl, .parquet"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(mlplat.MlplatException, match=message):
        read_table(str(tmp_path / name))

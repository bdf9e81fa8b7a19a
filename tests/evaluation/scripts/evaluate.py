"""The same evaluations by mlflow and by mlplat in one process: metrics and names of files must be alike."""

import sys
import warnings

warnings.simplefilter("ignore")

import mlflow  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris  # noqa: E402
from sklearn.linear_model import LogisticRegression, Ridge  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

import mlplat  # noqa: E402

mlflow.set_tracking_uri(f"sqlite:///{sys.argv[1]}/mlflow.db")
mlplat.set_tracking_uri(f"{sys.argv[1]}/.mlplat")

tumors, malign = load_breast_cancer(return_X_y=True, as_frame=True)
iris, kinds = load_iris(return_X_y=True, as_frame=True)
# The classes are not of one size, so that the ways to average differ.
uneven = np.r_[0:50, 50:80, 100:115]
patients, progress = load_diabetes(return_X_y=True, as_frame=True)


def close(predictions, targets, metrics):
    assert "mean_absolute_error" in metrics
    return float(np.mean(np.abs(predictions - targets) < 30))


def compare(name, model, features, targets, model_type, *, config=None, **more):
    """Evaluate with both and refuse any difference."""
    data = features.assign(label=np.asarray(targets))
    found = []
    for library in (mlflow, mlplat):
        settings = {"log_model_explainability": False, **(config or {})}
        given = dict(more)
        if "extra" in given:
            metric = library.models.make_metric(eval_fn=close, greater_is_better=True, name="close")
            given = {"extra_metrics": [metric]}
        with library.start_run():
            asked = model
            if library is mlflow:  # mlflow wants a model of its own kind
                asked = mlflow.sklearn.log_model(
                    model, name="m", serialization_format="cloudpickle", pip_requirements=["scikit-learn"]
                ).model_uri
            result = library.models.evaluate(
                asked, data, targets="label", model_type=model_type, evaluator_config=settings, **given
            )
        found.append(result)
    theirs, ours = found
    beyond = {"roc_auc"} if settings.get("average") == "micro" else set()  # which mlflow does not measure
    assert set(ours.metrics) - beyond == set(theirs.metrics), (name, set(ours.metrics) ^ set(theirs.metrics))
    if name == "weighted numbers":  # mlflow divides a sum with weights by the number of rows
        theirs.metrics["mean_on_target"] = np.average(targets, weights=settings["sample_weights"])
    for key, value in theirs.metrics.items():
        assert np.isclose(ours.metrics[key], float(value), rtol=1e-9), (name, key, ours.metrics[key], value)
    assert set(theirs.artifacts) <= set(ours.artifacts), (name, set(theirs.artifacts) - set(ours.artifacts))
    table = f"{settings.get('metric_prefix', '')}eval_results_table"
    assert len(ours.tables[table].columns) >= 2  # data frames, as theirs are
    if "per_class_metrics" in theirs.artifacts:
        same_table(name, ours, theirs)


def same_table(name, ours, theirs):
    """Compare the tables of classes."""
    from io import StringIO

    mine = pd.read_csv(StringIO(ours.artifacts["per_class_metrics"].content))
    expected = theirs.artifacts["per_class_metrics"].content
    assert [str(each) for each in mine.pop("positive_class")] == [str(each) for each in expected["positive_class"]]
    for column in mine.columns:
        assert np.allclose(mine[column].astype(float), expected[column].astype(float)), (name, column)


weak = LogisticRegression(C=0.0001, max_iter=30).fit(tumors[:300], malign[:300])
weighted = {"sample_weights": list(np.linspace(1, 2, 269)), "metric_prefix": "val_"}
compare("two classes", weak, tumors[300:], malign[300:], "classifier")
compare(
    "weights",
    weak,
    tumors[300:],
    malign[300:],
    "classifier",
    config=weighted,
)
compare("the other class", weak, tumors[300:], malign[300:], "classifier", config={"pos_label": 0})
line = LogisticRegression(C=0.003).fit(iris[::2], kinds[::2])
for average in ("weighted", "macro", "micro"):
    compare(average, line, iris.iloc[uneven], kinds[uneven], "classifier", config={"average": average})
names = np.array(["setosa", "versicolor", "virginica"])
words = LogisticRegression(C=0.003).fit(iris[::2], names[kinds[::2]])
compare("texts", words, iris.iloc[uneven], names[kinds[uneven]], "classifier")
compare("no probabilities", LinearSVC(C=0.001).fit(iris, kinds), iris.iloc[uneven], kinds[uneven], "classifier")
rising = {"sample_weights": list(np.linspace(1, 3, 442))}
ridge = Ridge().fit(patients, progress)
compare("numbers", ridge, patients, progress, "regressor", extra=True)
compare("weighted numbers", ridge, patients, progress, "regressor", config=rising)

# A model by its folder, and as mlplat.pyfunc loads it, is asked as the estimator is.
saved = f"{sys.argv[1]}/saved"
mlplat.sklearn.save_model(line, saved, input_example=iris[:2])
expected = None
for asked in (line, saved, mlplat.pyfunc.load_model(saved)):
    found = mlplat.evaluate(asked, iris.assign(kind=kinds), targets="kind", model_type="classifier").metrics
    expected = expected or found
    assert found == expected, asked
    assert "roc_auc" in found

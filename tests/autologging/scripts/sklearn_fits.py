"""Fits of scikit-learn."""

import contextlib

import numpy as np
import sklearn.metrics
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC


def record(library):
    """Fit with autologging of a library on: mlflow, or mlplat."""
    iris, kinds = load_iris(return_X_y=True, as_frame=True)
    tumors, malign = load_breast_cancer(return_X_y=True)
    patients, progress = load_diabetes(return_X_y=True, as_frame=True)
    names = np.array(["setosa", "versicolor", "virginica"])[kinds]

    with library.start_run(run_name="many classes"):
        model = LogisticRegression(max_iter=300).fit(iris, kinds)
        held_out = iris[::3]
        model.score(held_out, kinds[::3])
        predicted = model.predict(held_out)
        sklearn.metrics.accuracy_score(kinds[::3], predicted)
        sklearn.metrics.f1_score(kinds[::3], predicted, average="macro")
        sklearn.metrics.f1_score(kinds[::3], predicted, average="micro")
        sklearn.metrics.log_loss(kinds[::3], model.predict_proba(iris[::3]))
    with library.start_run(run_name="texts as classes"):
        LogisticRegression(max_iter=300).fit(iris, names)
    with library.start_run(run_name="two classes"):
        RandomForestClassifier(n_estimators=5, random_state=0).fit(tumors, malign)
    with library.start_run(run_name="weights"):
        RandomForestClassifier(n_estimators=5, random_state=0).fit(tumors, malign, sample_weight=np.linspace(1, 2, 569))
    with library.start_run(run_name="no probabilities"):
        LinearSVC(random_state=0).fit(iris, kinds)
    with library.start_run(run_name="regression"):
        line = make_pipeline(StandardScaler(), Ridge()).fit(patients, progress)
        line.score(patients, progress)
    with library.start_run(run_name="clusters"):
        KMeans(3, n_init=1, random_state=0).fit(iris)
    with library.start_run(run_name="transformer"):
        ColumnTransformer([("scale", StandardScaler(), list(iris.columns[:2]))]).fit_transform(iris)
    with library.start_run(run_name="several"):
        VotingClassifier([("a", LogisticRegression(max_iter=300)), ("b", KMeans(3))][:1], n_jobs=2).fit(iris, kinds)
    with library.start_run(run_name="search"):
        grid = {"C": [0.01, 0.1, 1.0, 3.0, 10.0, 30.0]}
        search = GridSearchCV(LogisticRegression(max_iter=400), grid, cv=2).fit(iris, kinds)
        search.score(held_out, kinds[::3])
    LogisticRegression(max_iter=300).fit(iris, kinds)  # a run of its own
    with contextlib.suppress(ValueError):
        LogisticRegression(C=-1).fit(iris, kinds)

    library.sklearn.autolog(disable=True)
    with library.start_run(run_name="disabled"):
        LogisticRegression(max_iter=300).fit(iris, kinds)

"""Fits that are recorded without a word: odd data, odd searches, threads. The store is the first argument's."""

import logging
import sys
import warnings

warnings.simplefilter("ignore")

import mlplat

logging.basicConfig(level=logging.WARNING, stream=sys.stdout)
mlplat.set_tracking_uri(sys.argv[1])
mlplat.set_experiment("fits")
mlplat.autolog(log_models=False)

import joblib
import numpy as np
import pandas as pd
import scipy.sparse
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score

features, labels = make_classification(60, 6, random_state=0)
grid = {"C": [1, 2, 3]}


def in_threads():
    with joblib.parallel_backend("threading"):
        GridSearchCV(LogisticRegression(), grid, cv=2, n_jobs=2).fit(features, labels)


fits = {
    "sparse": lambda: LogisticRegression().fit(scipy.sparse.csr_matrix(features), labels),
    "two targets": lambda: LinearRegression().fit(features, np.c_[labels, labels]),
    "two classes each": lambda: RandomForestClassifier(3).fit(features, np.c_[labels, labels]),
    "lists": lambda: LogisticRegression().fit(features.tolist(), labels.tolist()),
    "by name": lambda: LogisticRegression().fit(y=pd.Series(labels), X=pd.DataFrame(features)),
    "booleans": lambda: LogisticRegression().fit(features, labels.astype(bool)),
    "objects": lambda: LogisticRegression().fit(features, np.array(["a", "b"], dtype=object)[labels]),
    "one class": lambda: RandomForestClassifier(3).fit(features, np.zeros(60)),
    "two scores": lambda: GridSearchCV(LogisticRegression(), grid, scoring=["accuracy", "f1"], refit="f1", cv=2).fit(
        features, labels
    ),
    "no best": lambda: GridSearchCV(LogisticRegression(), grid, refit=False, cv=2).fit(features, labels),
    "threads": in_threads,
    "folds": lambda: cross_val_score(LogisticRegression(), features, labels, cv=2),
}
for name, fit in fits.items():
    with mlplat.start_run(run_name=name):
        fit()
model = LogisticRegression().fit(features, labels)
for _ in range(1100):
    model.predict(features[:1])

"""Fits whose models are kept, in the store of the first argument; the script cannot ask that store anything."""

import contextlib
import logging
import sys
import warnings

warnings.simplefilter("error", UserWarning)

import mlplat

logging.basicConfig(level=logging.WARNING, stream=sys.stdout)
mlplat.set_tracking_uri(sys.argv[1])
mlplat.set_experiment("fits")
mlplat.autolog(log_input_examples=True)

import lightgbm
import xgboost
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

features, labels = load_iris(return_X_y=True, as_frame=True)
LogisticRegression(max_iter=300).fit(features, labels)
with mlplat.start_run(run_name="search"):
    GridSearchCV(LogisticRegression(max_iter=300), {"C": [0.1, 1.0]}, cv=2).fit(features, labels)
with mlplat.start_run(run_name="unsafe"):
    make_pipeline(FunctionTransformer(lambda rows: rows), LogisticRegression(max_iter=300)).fit(features, labels)
matrix = xgboost.DMatrix(features, labels > 0)
options = {"objective": "binary:logistic", "eval_metric": "logloss"}
with mlplat.start_run(run_name="booster"):
    xgboost.train(options, matrix, 3, evals=[(matrix, "train")], verbose_eval=False)
with mlplat.start_run(run_name="estimator"):
    xgboost.XGBClassifier(n_estimators=2).fit(features, labels)
with mlplat.start_run(run_name="light booster"):
    lightgbm.train({"objective": "binary", "verbosity": -1}, lightgbm.Dataset(features, labels > 0), 3)
with mlplat.start_run(run_name="light estimator"):
    lightgbm.LGBMClassifier(n_estimators=2, verbosity=-1).fit(features, labels)
with contextlib.suppress(xgboost.core.XGBoostError), mlplat.start_run(run_name="broken"):
    xgboost.train({**options, "max_depth": "deep"}, matrix, 3)

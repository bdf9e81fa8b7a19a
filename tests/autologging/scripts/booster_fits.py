"""Trainings of boosted trees."""

import lightgbm
import xgboost
from sklearn.datasets import load_breast_cancer, load_iris


def record(library):
    """Train with autologging of a library on: mlflow, or mlplat."""
    features, labels = load_breast_cancer(return_X_y=True, as_frame=True)
    few, held_out = slice(None, 400), slice(400, None)
    iris, kinds = load_iris(return_X_y=True)
    matrix = xgboost.DMatrix(features[few], labels[few])
    others = xgboost.DMatrix(features[held_out], labels[held_out])
    options = {"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "max_depth": 3}
    with library.start_run(run_name="xgboost, stopped early"):
        xgboost.train(
            options, matrix, 40, evals=[(matrix, "train"), (others, "eval")], early_stopping_rounds=2, verbose_eval=0
        )
    with library.start_run(run_name="xgboost, unwatched"):
        xgboost.train({"objective": "binary:logistic"}, matrix, 3)
    with library.start_run(run_name="xgboost, ranks"):
        ranking = {"objective": "rank:ndcg", "eval_metric": "ndcg@3"}
        groups = xgboost.DMatrix(iris, kinds)
        groups.set_group([50, 50, 50])
        xgboost.train(ranking, groups, 3, evals=[(groups, "train")], verbose_eval=False)
    with library.start_run(run_name="xgboost, estimator"):
        estimator = xgboost.XGBClassifier(n_estimators=4, max_depth=2)
        estimator.fit(features[few], labels[few], eval_set=[(features[held_out], labels[held_out])], verbose=False)

    data = lightgbm.Dataset(features[few], labels[few])
    rest = lightgbm.Dataset(features[held_out], labels[held_out], reference=data)
    options = {"objective": "binary", "metric": ["binary_logloss", "auc"], "verbosity": -1}
    with library.start_run(run_name="lightgbm, stopped early"):
        stop = lightgbm.early_stopping(2, verbose=False)
        lightgbm.train(options, data, 40, valid_sets=[data, rest], valid_names=["train", "val"], callbacks=[stop])
    with library.start_run(run_name="lightgbm, unwatched"):
        lightgbm.train({"objective": "binary", "verbosity": -1}, lightgbm.Dataset(features[few], labels[few]), 3)
    with library.start_run(run_name="lightgbm, estimator"):
        machine = lightgbm.LGBMClassifier(n_estimators=4, max_depth=2, verbosity=-1)
        machine.fit(features[few], labels[few], eval_set=[(features[held_out], labels[held_out])])
    xgboost.train({"objective": "binary:logistic"}, matrix, 3)  # a run of its own
